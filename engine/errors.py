"""What can be wrong with a run specification, as data: a place and a remedy for each problem."""

from dataclasses import dataclass

MOST_ISSUES = 50


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem: ``pointer`` is the JSON pointer (RFC 6901) of the value, ``message`` says the remedy."""

    pointer: str
    message: str


class SpecError(ValueError):
    """A specification that cannot be run. ``errors`` holds every problem found, at most 50."""

    def __init__(self, errors: list[Issue]) -> None:
        super().__init__("; ".join(f"{issue.pointer or '/'}: {issue.message}" for issue in errors[:5]))
        self.errors = errors
