"""Task, loss and output: what is filled in always fits, and what does not fit is told with a remedy that does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import OUTPUT_ACTIVATIONS
from engine.compatibility import Problem, activation_misfit, default_loss, default_output, loss_misfit, output_misfit
from engine.losses import LOSSES

REGRESSION = Problem("regression", 0)
TWO = Problem("classification", 2)
FIVE = Problem("classification", 5)
PROBLEMS = st.one_of(st.just(REGRESSION), st.integers(2, 10).map(lambda count: Problem("classification", count)))
ACTIVATIONS = st.sampled_from(list(OUTPUT_ACTIVATIONS))


@pytest.mark.parametrize(
    ("problem", "units"), [(REGRESSION, 1), (TWO, 1), (FIVE, 5), (Problem("classification", 3), 3)]
)
def test_output_units(problem: Problem, units: int) -> None:
    assert problem.output_units == units


def test_gradients_train_every_activation_but_the_step() -> None:
    assert [name for name in OUTPUT_ACTIVATIONS if activation_misfit(name)] == ["threshold"]
    message = activation_misfit("threshold")
    assert message is not None
    assert message.startswith("The slope of a step is zero everywhere")
    assert activation_misfit("sigmoid") is None
    assert "such as sigmoid" in message


@given(PROBLEMS)
def test_the_defaults_fit(problem: Problem) -> None:
    loss = default_loss(problem, None)
    assert loss_misfit(problem, loss) is None
    assert output_misfit(problem, loss, default_output(problem, loss)) is None


@given(PROBLEMS, st.sampled_from(list(LOSSES)))
def test_every_fitting_loss_has_a_fitting_output(problem: Problem, loss: str) -> None:
    if loss_misfit(problem, loss) is None:
        assert output_misfit(problem, loss, default_output(problem, loss)) is None


@given(PROBLEMS, ACTIVATIONS)
def test_every_output_but_a_lonely_softmax_has_a_fitting_loss(problem: Problem, activation: str) -> None:
    misfit = output_misfit(problem, default_loss(problem, activation), activation)
    assert (misfit is not None) is (activation == "softmax" and problem.output_units == 1)


@pytest.mark.parametrize(("problem", "fitting"), [(TWO, {"sigmoid"}), (FIVE, {"softmax"})])
def test_cross_entropy_wants_probabilities(problem: Problem, fitting: set[str]) -> None:
    allowed = {name for name in OUTPUT_ACTIVATIONS if output_misfit(problem, "cross_entropy", name) is None}
    assert allowed == fitting


@given(PROBLEMS)
def test_hinge_is_for_classes_and_wants_raw_sums(problem: Problem) -> None:
    assert (loss_misfit(problem, "hinge") is None) is (problem.task == "classification")
    if problem.task == "classification":
        assert [name for name in OUTPUT_ACTIVATIONS if output_misfit(problem, "hinge", name) is None] == ["linear"]
        assert default_output(problem, "hinge") == "linear"


@given(PROBLEMS, ACTIVATIONS, st.sampled_from(["absolute_error", "huber"]))
def test_a_distance_fits_wherever_the_squared_error_does(problem: Problem, activation: str, loss: str) -> None:
    assert loss_misfit(problem, loss) is None
    assert default_output(problem, loss) == default_output(problem, "squared_error")
    assert output_misfit(problem, loss, activation) == output_misfit(problem, "squared_error", activation)


def test_what_compares_classes_says_so_of_numbers() -> None:
    for loss, label in (("cross_entropy", "Cross-entropy"), ("hinge", "Hinge")):
        message = loss_misfit(REGRESSION, loss)
        assert message == f"{label} compares classes and this data has numbers; choose squared_error."


@given(PROBLEMS, st.sampled_from(list(LOSSES)), ACTIVATIONS)
def test_the_remedy_is_one_that_helps(problem: Problem, loss: str, activation: str) -> None:
    misfit = output_misfit(problem, loss, activation)
    if misfit is None or loss_misfit(problem, loss) is not None:
        return
    _, _, remedy = misfit.partition("choose ")
    named = [name for name in OUTPUT_ACTIVATIONS if name in remedy.split(" here")[0].replace(",", "").split()]
    assert named
    assert any(output_misfit(problem, loss, name) is None for name in named)
