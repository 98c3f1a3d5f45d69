"""The engine's speed: alone, in populations, and with everything a frame of the page shows; the peers beside it.

Networks 2-4-2-1, 2-8-8-8-1 and six hidden layers of 8; tanh, sigmoid output with cross-entropy, 250 training and 250
test points of the spiral, batch 10, float32, one thread. CPU time of the process, medians.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import warnings
from collections.abc import Sequence
from functools import partial
from statistics import median

import numpy as np

from benchmarks.measure import REPEATS, cpu_seconds, machine, table
from benchmarks.peers import PEERS
from engine import Network, Population, RunSpec
from engine.batches import make_table, new_feed
from engine.network import initial_parameters
from engine.training import Trainer
from engine.updates import Updates

SHAPES = {"4-2": (4, 2), "8-8-8": (8, 8, 8), "six of 8": (8,) * 6}
SIZES = (1, 16, 100)
STEPS_PER_EPOCH = 25
VARIANTS: dict[str, dict[str, dict[str, object]]] = {
    "plain": {},
    "momentum": {"optimizer": {"kind": "momentum"}},
    "adam": {"optimizer": {"kind": "adam"}},
    "l2": {"regularizer": {"kind": "l2", "rate": 0.001}},
    "dropout": {},
}
"""What is changed of the plain step; dropout also has a layer of it behind the last hidden one."""


def make_spec(hidden: Sequence[int], seed: int = 1, *, dropout: bool = False) -> RunSpec:
    """The benchmark's run."""
    layers = [{"kind": "dense", "units": units, "activation": "tanh"} for units in hidden]
    layers += [{"kind": "dropout", "rate": 0.5}] if dropout else []
    return RunSpec.from_dict({"dataset": {"kind": "spiral"}, "layers": layers, "seed": seed})


def make_trainer(specs: Sequence[RunSpec]) -> Trainer:
    """The loop of training alone: nothing is measured or kept on the way."""
    network = Network(specs[0])
    theta = np.stack([initial_parameters(spec) for spec in specs]).astype(np.float32)
    feeds = [new_feed(make_table(spec), spec.seed, spec.shuffle) for spec in specs]
    step, epoch = np.zeros((2, len(specs)), np.int64)
    return Trainer(network, specs, feeds, Updates(network, specs, theta, step, epoch))


def training_epoch(hidden: Sequence[int], replicas: int) -> tuple[float, float]:
    """CPU seconds of an epoch of training alone, shuffling included, and of one step in it."""
    trainer = make_trainer([make_spec(hidden, seed) for seed in range(replicas)])
    everyone = np.ones(replicas, np.bool_)

    def epoch() -> None:
        trainer.run(STEPS_PER_EPOCH)
        trainer.batches.begin_epoch(everyone)

    return cpu_seconds(epoch), cpu_seconds(lambda: trainer.run(STEPS_PER_EPOCH)) / STEPS_PER_EPOCH


def variant_ratios(hidden: Sequence[int], replicas: int = 1) -> dict[str, float]:
    """A step's CPU time under other optimizers, with a penalty and with dropout, over that of the plain step.

    They take turns, so that what else the machine does falls on all of them alike.
    """
    trainers = {}
    for name, changes in VARIANTS.items():
        trainers[name] = make_trainer(
            [make_spec(hidden, seed, dropout=name == "dropout").merge(changes) for seed in range(replicas)]
        )
    rounds = [
        {name: cpu_seconds(partial(trainer.run, STEPS_PER_EPOCH), repeats=1) for name, trainer in trainers.items()}
        for _ in range(REPEATS)
    ]
    return {name: median(times[name] / times["plain"] for times in rounds) for name in VARIANTS if name != "plain"}


def population_frame(hidden: Sequence[int], replicas: int, probes: Sequence[str]) -> float:
    """CPU seconds of an epoch with training and test losses, as a population keeps them, and with these probes."""
    population = Population([make_spec(hidden, seed) for seed in range(replicas)])

    def frame() -> None:
        population.advance_epochs(1)
        population.losses()
        for probe in probes:
            population.probe(probe)

    return cpu_seconds(frame)


def peer_epochs(hidden: Sequence[int]) -> dict[str, tuple[str, float] | None]:
    """Each peer's full name and CPU seconds of an epoch of training alone, None where it is not installed."""
    dataset = make_table(make_spec(hidden)).dataset
    found: dict[str, tuple[str, float] | None] = {}
    for name, make in PEERS.items():
        peer = make(hidden, dataset.train_inputs, dataset.train_labels)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found[name] = None if peer is None else (peer[0], cpu_seconds(peer[1], repeats=3))
    return found


def per_second(seconds: float, count: int = 1) -> str:
    """A rate with a separator for thousands."""
    return f"{count / seconds:,.0f}"


def main() -> None:
    """Measure and print Markdown: the tables of docs/performance.md."""
    print(f"{machine()}, NumPy {np.__version__}, one thread, CPU time, medians.\n")
    epochs = {
        name: {replicas: training_epoch(hidden, replicas) for replicas in SIZES} for name, hidden in SHAPES.items()
    }
    losses = {name: {r: population_frame(hidden, r, ()) for r in (1, 100)} for name, hidden in SHAPES.items()}
    frames = {name: population_frame(hidden, 1, ("decision", "units")) for name, hidden in SHAPES.items()}
    peers = {name: peer_epochs(hidden) for name, hidden in SHAPES.items()}
    rows = []
    for name in SHAPES:
        alone = epochs[name][1]
        rates = [per_second(epochs[name][replicas][0], replicas) for replicas in SIZES]
        recorded = [per_second(losses[name][replicas], replicas) for replicas in (1, 100)]
        rows.append([name, f"{alone[1] * 1e6:.1f}", *rates, *recorded, per_second(frames[name])])
    header = [
        "hidden layers",
        "µs per step",
        *(f"R = {r}" for r in SIZES),
        "R = 1, losses",
        "R = 100, losses",
        "frames/s",
    ]
    print(table(header, rows))
    print("\nNetwork-epochs per second; µs per step and frames/s for one network.\n")
    print_peers(peers, {name: epochs[name][1][0] for name in SHAPES})
    print_targets(epochs, frames, peers)
    print_variants()


def print_variants() -> None:
    """What momentum, Adam, a penalty and dropout add to the plain step, for one network and for a hundred."""
    rows = [
        [f"{name}, R = {replicas}", *(f"{ratio:.2f}" for ratio in variant_ratios(hidden, replicas).values())]
        for name, hidden in SHAPES.items()
        for replicas in (1, 100)
    ]
    print()
    print(table(["step / plain step (≤ 1.5)", *(name for name in VARIANTS if name != "plain")], rows))


def print_peers(peers: dict[str, dict[str, tuple[str, float] | None]], alone: dict[str, float]) -> None:
    """Epochs per second of training alone, ours and the peers'."""
    rows = [["Neuron Park", *(per_second(seconds) for seconds in alone.values())]]
    for peer in PEERS:
        measured = [peers[name][peer] for name in alone]
        label = next((found[0] for found in measured if found), peer)
        rows.append([label, *("not installed" if found is None else per_second(found[1]) for found in measured)])
    print(table(["epochs/s, training alone", *alone], rows))


def print_targets(
    epochs: dict[str, dict[int, tuple[float, float]]],
    frames: dict[str, float],
    peers: dict[str, dict[str, tuple[str, float] | None]],
) -> None:
    """What must hold, and what was measured."""
    rows = []
    for name, by_size in epochs.items():
        alone = by_size[1][0]
        torch = peers[name]["PyTorch eager"]
        rows.append(
            [
                name,
                "not installed" if torch is None else f"{torch[1] / alone:.1f}",
                f"{100 * alone / by_size[100][0]:.1f}",
                f"{alone / frames[name]:.2f}",
            ]
        )
    print()
    print(
        table(["", "alone / PyTorch eager (≥ 8)", "100 together / alone (≥ 10)", "frames / epochs alone (≥ 0.5)"], rows)
    )


if __name__ == "__main__":
    main()
