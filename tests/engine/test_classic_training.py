"""Rules of a single unit: every update by hand, and that training converges, cycles or runs away and says which."""

import doctest
import json
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.classic
from engine.classic import GATES, RULES, UnitProblem, UnitTraining
from engine.classic.judging import largest_rate
from engine.classic.training import MOST_PRESENTED
from engine.types import Float64Array
from engine.writing import written

THRESHOLD_RULES = [name for name, rule in RULES.items() if not rule.is_linear]
LINEAR_RULES = [name for name, rule in RULES.items() if rule.is_linear]


def train(rule: str, gate: str | None = None, **fields: Any) -> UnitTraining:
    document = {"rule": rule, "learning_rate": 0.1} | ({} if gate is None else {"gate": gate}) | fields
    return UnitTraining(UnitProblem.from_dict(document))


def least_squares(training: UnitTraining) -> Float64Array:
    """The weights and, last, the threshold of the smallest E."""
    examples = training.problem.examples
    rows = np.array([[*example.inputs, -1.0] for example in examples])
    return np.linalg.lstsq(rows, np.array([example.target for example in examples]), rcond=None)[0]


@st.composite
def separable(draw: st.DrawFn) -> tuple[list[list[float]], float]:
    """Examples on both sides of a line through known weights, and the bound (R / γ)² on the corrections."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    normal = rng.normal(size=draw(st.integers(1, 5)) + 1)
    normal /= np.linalg.norm(normal)
    points = np.c_[rng.uniform(-2, 2, (draw(st.integers(2, 12)), len(normal) - 1)).round(3)]
    rows = np.c_[points, -np.ones(len(points))]
    margins = rows @ normal
    keep = np.abs(margins) > 0.05
    rows, margins = rows[keep], margins[keep]
    examples = [[*row[:-1].tolist(), float(np.sign(margin))] for row, margin in zip(rows, margins, strict=True)]
    bound = 0.0 if not len(rows) else float((rows * rows).sum(axis=1).max() / np.abs(margins).min() ** 2)
    return examples or [[0.0, 1.0]], bound or 1.0


class TestOneUpdate:
    def test_the_perceptron_moves_by_the_error_times_the_input(self) -> None:
        update = train("perceptron", examples=[[1, -2, 1]], weights=[0.5, 1], threshold=0.25, learning_rate=0.5).step()
        [shown] = update.presented
        assert (shown.total, shown.output, shown.target, shown.error) == (-1.75, -1.0, 1.0, 2.0)
        assert (update.before.weights, update.before.threshold) == ((0.5, 1.0), 0.25)
        assert (update.after.weights, update.after.threshold) == ((1.5, -1.0), -0.75)
        assert update.lines() == [
            "v = Σ w x − μ = 0.5·1 + 1·(−2) − 0.25 = −1.75",
            "o = Θ(v) = Θ(−1.75) = −1",
            "t − o = 1 − (−1) = 2",
            "Δw = η (t − o) x = 0.5·2·(1, −2) = (1, −2)",
            "Δμ = −η (t − o) = −0.5·2 = −1",
            "w ← (0.5, 1) + (1, −2) = (1.5, −1)",
            "μ ← 0.25 − 1 = −0.75",
        ]

    def test_it_leaves_what_it_has_right(self) -> None:
        update = train("perceptron", examples=[[1, 1]], weights=[1]).step()
        assert not update.changed
        assert update.to_dict()["changed"] is False

    def test_the_delta_rule_takes_the_error_of_the_sum(self) -> None:
        update = train("adaline", examples=[[2, -1, 3]], weights=[0.5, 0.5]).step()
        assert update.presented[0].output == 0.5
        assert update.after.weights == pytest.approx((0.5 + 0.1 * 2.5 * 2, 0.5 - 0.1 * 2.5))
        assert update.after.threshold == pytest.approx(-0.25)
        assert "o = v = 0.5" in update.lines()

    def test_the_batch_rule_adds_the_steps_of_all_examples(self) -> None:
        rows = [[1.0, 2.0, 1.0], [-1.0, 0.5, -1.0], [0.0, 3.0, 2.0]]
        update = train("adaline_batch", examples=rows, weights=[0.2, -0.1]).step()
        x, t = np.array(rows)[:, :2], np.array(rows)[:, 2]
        errors = t - x @ [0.2, -0.1]
        assert [shown.error for shown in update.presented] == pytest.approx(errors)
        assert update.after.weights == pytest.approx(np.array([0.2, -0.1]) + 0.1 * errors @ x)
        assert update.after.threshold == pytest.approx(-0.1 * errors.sum())
        assert any(line.startswith("Δw = α Σ (t − o) x = 0.1·(") for line in update.lines())

    def test_the_batch_rule_goes_down_the_gradient_of_e(self) -> None:
        rows = [[1.0, 2.0, 1.0], [-1.0, 0.5, -1.0]]
        update = train("adaline_batch", examples=rows, weights=[0.2, -0.1]).step()

        def error(w: Float64Array) -> float:
            return sum((t - w[0] * x - w[1] * y + w[2]) ** 2 for x, y, t in rows) / 2

        start, h = np.array([0.2, -0.1, 0.0]), 1e-6
        slopes = [(error(start + h * unit) - error(start - h * unit)) / (2 * h) for unit in np.eye(3)]
        moved = np.array([*update.after.weights, update.after.threshold]) - start
        np.testing.assert_allclose(moved, -0.1 * np.array(slopes), rtol=1e-7)

    def test_the_average_is_that_of_the_weights_after_every_update(self) -> None:
        training = train("averaged_perceptron", "or")
        training.run()
        units = [update.after for update in training.history]
        assert training.average is not None
        assert training.average.weights == pytest.approx(np.mean([unit.weights for unit in units], axis=0))
        assert training.average.threshold == pytest.approx(np.mean([unit.threshold for unit in units]))
        assert training.history[-1].lines()[-1].startswith("w̄ = (")

    def test_decimals_are_what_they_are_on_paper(self) -> None:
        """In floats 0.1 + 0.2 − 0.3 is above zero, and the unit would fire."""
        update = train("perceptron", examples=[[1, 1, -1]], weights=[0.1, 0.2], threshold=0.3).step()
        assert (update.presented[0].total, update.presented[0].output) == (0.0, -1.0)

    @pytest.mark.parametrize("rule", RULES)
    def test_it_is_json_and_long_ones_are_cut(self, rule: str) -> None:
        rows = [[float(place), 1.0 if place > 5 else -1.0] for place in range(30)]
        update = train(rule, examples=rows).step()
        document = json.loads(json.dumps(update.to_dict(), allow_nan=False))
        assert len(document["presented"]) == (30 if RULES[rule].all_at_once else 1)
        assert all(len(line) < 200 for line in document["lines"])
        assert ("… (22 more examples)" in document["lines"]) == RULES[rule].all_at_once


class TestConvergence:
    @pytest.mark.parametrize("rule", THRESHOLD_RULES)
    @pytest.mark.parametrize("gate", ["and", "or", "not"])
    @pytest.mark.parametrize("low", [-1, 0])
    def test_what_a_line_separates_is_learned(self, rule: str, gate: str, low: int) -> None:
        training = train(rule, gate, low=low)
        outcome = training.run()
        assert outcome.state == "converged"
        assert outcome.message == f"Converged: pass {len(training.passes)} went through all examples without a mistake."
        assert all(training.unit.output(row) == target for *row, target in GATES[gate].examples(low))
        assert all(not update.changed for update in training.history[-training.updates_per_pass :])

    @settings(max_examples=30)
    @given(separable(), st.sampled_from([0.01, 0.1, 1.0, 3.0]))
    def test_corrections_stay_within_the_bound_of_the_convergence_theorem(
        self, data: tuple[list[list[float]], float], rate: float
    ) -> None:
        examples, bound = data
        training = train("perceptron", examples=examples, learning_rate=rate)
        assert training.run().state in ("converged", "stopped")
        assert sum(update.changed for update in training.history) <= bound

    def test_a_right_start_ends_after_one_pass(self) -> None:
        training = train("perceptron", "and", weights=[1, 1], threshold=1.5)
        assert training.run().message.startswith("Converged: the first pass")
        assert training.passes[0].mistakes == 0

    @pytest.mark.parametrize("rule", LINEAR_RULES)
    @pytest.mark.parametrize("gate", GATES)
    def test_the_delta_rule_comes_to_rest_near_the_least_squares(self, rule: str, gate: str) -> None:
        training = train(rule, gate, learning_rate=0.01)
        outcome = training.run()
        assert outcome.state == "converged"
        assert outcome.message.startswith("Converged: a whole pass leaves the weights where they are. E = ")
        exact = RULES[rule].all_at_once
        found = [*training.unit.weights, training.unit.threshold]
        np.testing.assert_allclose(found, least_squares(training), atol=1e-8 if exact else 0.02)

    def test_the_error_of_the_batch_rule_falls_at_every_pass(self) -> None:
        training = train("adaline_batch", examples=[[0.5, 1, 1], [-1, 0.2, -1], [0.3, -2, -1]])
        training.run()
        errors = [ended.error for ended in training.passes]
        assert all(after <= before + 1e-12 for before, after in pairwise(errors))

    def test_targets_need_not_be_classes(self) -> None:
        training = train("adaline", examples=[[1, 2.5], [2, 4.5], [3, 6.5]])
        assert training.run().state == "converged"
        assert training.passes[-1].mistakes is None
        assert training.unit.weights[0] == pytest.approx(2.0, abs=1e-6)


class TestCycles:
    @pytest.mark.parametrize("rule", THRESHOLD_RULES)
    @pytest.mark.parametrize("rate", [0.1, 0.3, 1.0, 0.7654321])
    @pytest.mark.parametrize("low", [-1, 0])
    def test_xor_cycles_and_says_so(self, rule: str, rate: float, low: int) -> None:
        training = train(rule, "xor", learning_rate=rate, low=low)
        outcome = training.run()
        assert outcome.state == "cycles"
        assert "for ever. No straight border separates these examples" in outcome.message
        assert training.passes[-1].unit in [ended.unit for ended in training.passes[:-1]]

    def test_the_cycle_goes_on_as_it_is_said(self) -> None:
        """Started again from the weights that came back, the same updates follow."""
        training = train("perceptron", "xor")
        training.run()
        again = train("perceptron", "xor", weights=list(training.unit.weights), threshold=training.unit.threshold)
        assert again.run().message.startswith(
            "Cycles: after pass 1 the weights are those at the start, so this pass repeats for ever."
        )

    def test_a_long_cycle_is_found(self) -> None:
        rows = [[1, 0.5, 1], [0.2, 1, -1], [-1, 0.3, 1], [0.1, -1, -1], [0.4, 0.4, 1], [0.5, 0.5, -1]]
        training = train("perceptron", examples=rows, learning_rate=0.1)
        assert training.run().state == "cycles"
        assert "passes repeat for ever" in training.outcome.message


class TestDivergence:
    @pytest.mark.parametrize("rule", LINEAR_RULES)
    def test_a_learning_rate_that_is_too_large_is_named_with_the_bound(self, rule: str) -> None:
        rows = [[1, 2, 1], [-1, 0.5, -1], [2, -1, 1]]
        training = train(rule, examples=rows, learning_rate=50)
        outcome = training.run()
        assert outcome.state == "diverged"
        bound = largest_rate(training.rule, [row[:-1] for row in rows])
        assert outcome.message.endswith(f"Choose α below {written(bound)}.")
        assert train(rule, examples=rows, learning_rate=0.9 * bound).run().state == "converged"

    def test_just_above_the_bound_the_batch_rule_runs_away(self) -> None:
        rows = [[1, 2, 1], [-1, 0.5, -1], [2, -1, 1]]
        training = train("adaline_batch", examples=rows)
        bound = largest_rate(training.rule, [row[:-1] for row in rows])
        assert train("adaline_batch", examples=rows, learning_rate=1.05 * bound).run().state == "diverged"


class TestStepping:
    @pytest.mark.parametrize("rule", RULES)
    @pytest.mark.parametrize("gate", ["and", "xor"])
    def test_back_undoes_and_forward_repeats(self, rule: str, gate: str) -> None:
        training, other = train(rule, gate), train(rule, gate)
        training.run(40)
        for _ in range(min(17, len(training.history))):
            taken = training.back()
            assert training.unit == taken.before
        other.run(len(training.history))
        assert training.to_dict() == other.to_dict()
        assert training.run(30) == other.run(30)
        assert training.to_dict() == other.to_dict()

    def test_nothing_is_before_the_start_and_nothing_after_the_end(self) -> None:
        training = train("perceptron", "and")
        with pytest.raises(ValueError, match="This is the start"):
            training.back()
        training.run()
        with pytest.raises(ValueError, match=r"This training has ended\. Converged"):
            training.step()

    def test_a_training_without_an_end_is_stopped(self) -> None:
        """The margin is so small against the examples that the bound on the corrections is never reached."""
        rows = [[1000, 1000.001, 1], [1000, 1000, -1]]
        training = train("perceptron", examples=rows, learning_rate=0.001)
        outcome = training.run()
        assert outcome.state == "stopped"
        assert len(training.history) == MOST_PRESENTED
        assert outcome.message.startswith(f"Stopped after {MOST_PRESENTED} examples: every pass made mistakes.")
        assert "learning rate" not in outcome.message

    @pytest.mark.parametrize("rule", THRESHOLD_RULES)
    def test_from_zero_the_rate_only_scales_a_perceptron(self, rule: str) -> None:
        """Which is why it is not among what to try."""
        small, large = (train(rule, "and", learning_rate=rate) for rate in (0.1, 3.0))
        assert small.run() == large.run()
        for one, other in zip(small.history, large.history, strict=True):
            assert np.multiply(one.after.weights, 30.0) == pytest.approx(other.after.weights)
            assert one.after.threshold * 30.0 == pytest.approx(other.after.threshold)

    @pytest.mark.parametrize("rule", LINEAR_RULES)
    def test_a_linear_unit_that_is_too_slow_needs_another_rate(self, rule: str) -> None:
        outcome = train(rule, "and", learning_rate=1e-5).run()
        assert outcome.state == "stopped"
        assert outcome.message.startswith(f"Stopped after {MOST_PRESENTED} examples: the weights still move.")
        assert outcome.message.endswith("Try another learning rate.")

    def test_how_it_stands_is_json(self) -> None:
        training = train("averaged_perceptron", "xor")
        assert training.to_dict()["last"] is None
        training.run()
        document = json.loads(json.dumps(training.to_dict(), allow_nan=False))
        assert document["updates"] == len(training.history)
        assert document["outcome"]["state"] == "cycles"
        assert [ended["epoch"] for ended in document["passes"]] == list(range(1, len(document["passes"]) + 1))


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(engine.classic)
    assert result.attempted == 4
    assert result.failed == 0


class TestTable:
    @pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
    def test_a_rule_has_words_and_a_formula(self, rule: Any) -> None:
        assert 10 <= len(rule.explanation) <= 125
        assert rule.explanation.endswith(".")
        assert rule.formula.startswith("Δw = ")

    def test_rules_with_a_threshold_count_in_fractions(self) -> None:
        assert isinstance(RULES["perceptron"].number(0.1), Fraction)
        assert isinstance(RULES["adaline"].number(0.1), float)
