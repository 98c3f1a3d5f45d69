"""A single unit in training: one update at a time, forward and back, until it converges or visibly never will.

The examples are presented in their order, so the weights after a pass follow from those before it alone: if they have
been there before, the same passes repeat for ever. That proves that no line separates the examples, because on those
that one does separate the perceptron stops making mistakes (Novikoff, On Convergence Proofs on Perceptrons, 1962).
"""

from typing import Any

from engine.classic.judging import LEARNING, judge_length, judge_mistakes, judge_movement, judge_size
from engine.classic.problem import UnitProblem
from engine.classic.records import Outcome, Pass, Presented, Update, unit_of, unit_to_dict
from engine.classic.rules import RULES, Number, Weights
from engine.classic.threshold import ThresholdUnit

MOST_PRESENTED = 10_000
"""Examples a training may present in all, each time counted."""


class UnitTraining:
    """One unit under one rule. :attr:`history` holds every update, so it can be stepped back to the start."""

    def __init__(self, problem: UnitProblem) -> None:
        self.problem = problem
        self.rule = RULES[problem.rule]
        number = self.rule.number
        self._rows = [tuple(map(number, example.inputs)) for example in problem.examples]
        self._targets = [number(example.target) for example in problem.examples]
        self._rate = number(problem.learning_rate)
        start = Weights(tuple(map(number, problem.weights)), number(problem.threshold))
        self._weights = [start]
        self._totals: list[Weights] = []
        self._met_after = {start: 0}
        self.history: list[Update] = []
        self.passes: list[Pass] = []
        self.outcome = LEARNING

    @property
    def unit(self) -> ThresholdUnit:
        """The unit as it stands."""
        return unit_of(self._weights[-1], self.problem.low)

    @property
    def average(self) -> ThresholdUnit | None:
        """The unit with the mean of the weights after each update, if the rule answers with that."""
        return unit_of(self._answering, self.problem.low) if self._totals else None

    @property
    def updates_per_pass(self) -> int:
        """One for all examples, or one for each."""
        return 1 if self.rule.all_at_once else len(self._rows)

    def step(self) -> Update:
        """One update. Raises ValueError when the training has ended: step back, or change something."""
        if self.outcome.state != "learning":
            raise ValueError(f"This training has ended. {self.outcome.message}")
        before, number = self._weights[-1], len(self.history) + 1
        place = (number - 1) % self.updates_per_pass
        places = range(len(self._rows)) if self.rule.all_at_once else [place]
        seen = [self._see(index, before) for index in places]
        rows = [self._rows[index] for index in places]
        after = before.moved(self._rate, [error for _, _, error in seen], rows)
        self._weights.append(after)
        if self.rule.averages:
            self._totals.append(self._totals[-1].plus(after) if self._totals else after)
        update = Update(
            number,
            (number - 1) // self.updates_per_pass + 1,
            self.rule,
            self.problem.learning_rate,
            tuple(self._present(index, *numbers) for index, numbers in zip(places, seen, strict=True)),
            unit_of(before, self.problem.low),
            self.unit,
            self.average,
        )
        self.history.append(update)
        self.outcome = self._judge()
        return update

    def back(self) -> Update:
        """Take the last update back and return it. Raises ValueError at the start."""
        if not self.history:
            raise ValueError("This is the start: there is no update to take back.")
        if self.passes and self.passes[-1].updates == len(self.history):
            ended = self.passes.pop()
            if self._met_after[self._weights[-1]] == ended.epoch:
                del self._met_after[self._weights[-1]]
        self._weights.pop()
        if self._totals:
            self._totals.pop()
        self.outcome = LEARNING
        return self.history.pop()

    def run(self, most_updates: int = MOST_PRESENTED) -> Outcome:
        """Step until the training ends, at most ``most_updates`` times."""
        for _ in range(most_updates):
            if self.outcome.state != "learning":
                break
            self.step()
        return self.outcome

    def to_dict(self) -> dict[str, Any]:
        """How it stands, as JSON values; the history is read update by update."""
        return {
            "rule": self.rule.name,
            "updates": len(self.history),
            "unit": unit_to_dict(self.unit),
            "average": None if self.average is None else unit_to_dict(self.average),
            "last": self.history[-1].to_dict() if self.history else None,
            "passes": [ended.to_dict() for ended in self.passes],
            "outcome": {"state": self.outcome.state, "message": self.outcome.message},
        }

    @property
    def _answering(self) -> Weights:
        return self._totals[-1].over(len(self._totals)) if self._totals else self._weights[-1]

    def _see(self, index: int, weights: Weights) -> tuple[Number, Number, Number]:
        """The sum, the output and the error of an example."""
        total = weights.total(self._rows[index])
        output = self.rule.output(total, self.problem.low)
        return total, output, self._targets[index] - output

    def _present(self, index: int, total: Number, output: Number, error: Number) -> Presented:
        example = self.problem.examples[index]
        return Presented(index, example.inputs, float(total), float(output), example.target, float(error))

    def _judge(self) -> Outcome:
        """Whether the training goes on after the last update."""
        outcome = judge_size(self.rule, self._weights[-1], self._rows)
        if outcome is LEARNING and len(self.history) % self.updates_per_pass == 0:
            outcome = self._end_pass()
        presented = len(self.history) * len(self.history[-1].presented)
        if outcome is LEARNING and presented >= MOST_PRESENTED:
            return judge_length(self.rule, presented)
        return outcome

    def _end_pass(self) -> Outcome:
        weights, start = self._weights[-1], self._weights[-1 - self.updates_per_pass]
        errors = [float(self._see(index, self._answering)[2]) for index in range(len(self._rows))]
        error = sum(error * error for error in errors) / 2.0
        epoch = len(self.passes) + 1
        ended = Pass(epoch, len(self.history), self.unit, self._mistakes(), error)
        self.passes.append(ended)
        before = self._met_after.setdefault(weights, epoch)
        if not self.rule.is_linear:
            missed = sum(update.presented[0].error != 0.0 for update in self.history[-self.updates_per_pass :])
            return judge_mistakes(ended, missed, before if before < epoch else None)
        pairs = zip(weights.numbers, start.numbers, strict=True)
        moved = max(abs(float(new - old)) for new, old in pairs) / self.problem.learning_rate
        return judge_movement(ended, moved, self._scale())

    def _mistakes(self) -> int | None:
        """Examples on the wrong side of the border; None if the targets are not those of two classes."""
        middle = self.problem.middle
        if middle is None:
            return None
        border = middle if self.rule.is_linear else 0.0
        totals = [self._answering.total(row) for row in self._rows]
        return sum((total > border) != (target > middle) for total, target in zip(totals, self._targets, strict=True))

    def _scale(self) -> float:
        """The size of Σ t x: what a movement is small against."""
        examples = self.problem.examples
        return sum(max(1.0, abs(example.target)) * max(1.0, *map(abs, example.inputs)) for example in examples)
