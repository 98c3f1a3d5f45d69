"""Run the benchmarks named on the command line, or all of them. Each is a module here with a ``main()``.

``classroom`` is another kind: it takes minutes and arguments of its own, so it runs when it is asked for by name.
"""

import os
import sys
from importlib import import_module

BENCHMARKS = ("engine", "landscape", "pretraining", "learning", "digits", "layers", "costs", "browser", "lab")
CLASSROOM = "classroom"


def main(names: list[str]) -> int:
    """Run them one after the other; 2 for a name that does not exist."""
    if names[:1] == [CLASSROOM]:
        import_module("benchmarks.classroom").main(names[1:])
        return 0
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        choices = ", ".join((*BENCHMARKS, CLASSROOM))
        print(f"There is no benchmark {unknown[0]}; choose among {choices}.", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main(sys.argv[1:]))
