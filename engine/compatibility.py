"""What goes with what: task, loss and output activation.

=================  ====================  ==============================================
task               loss                  output activation
=================  ====================  ==============================================
regression         a distance            anything but softmax (linear unless told)
two classes        cross_entropy         sigmoid
two classes        hinge                 linear
two classes        a distance            anything but softmax (tanh unless told)
three classes up   cross_entropy         softmax
three classes up   hinge                 linear
three classes up   a distance            anything (softmax unless told)
=================  ====================  ==============================================

To reconstruct the inputs (whatever the data's own task), any output but softmax will do, linear unless told. The
distances are squared_error, absolute_error and huber. No output is a threshold: gradients cannot train it.
"""

from dataclasses import dataclass

from engine.activations import ACTIVATIONS
from engine.losses import LOSSES, RECONSTRUCTION
from engine.parts import Task


@dataclass(frozen=True, slots=True)
class Problem:
    """What a network has to learn: ``class_count`` is 0 for a regression."""

    task: Task
    class_count: int

    @property
    def output_units(self) -> int:
        """One unit for a number or two classes, else one a class."""
        return self.class_count if self.class_count > 2 else 1


def default_loss(problem: Problem, activation: str | None) -> str:
    """Cross-entropy for classes, unless the chosen output activation cannot carry it."""
    if problem.task == "regression":
        return "squared_error"
    return "cross_entropy" if activation in (None, _probability(problem)) else "squared_error"


def default_output(problem: Problem, loss: str) -> str:
    """The output activation that goes with a loss when none is chosen."""
    if problem.task == "regression":
        return "linear"
    if loss in ("hinge", RECONSTRUCTION):
        return "linear"
    if loss == "cross_entropy" or problem.class_count > 2:
        return _probability(problem)
    return "tanh"


def activation_misfit(activation: str) -> str | None:
    """Why gradients cannot train a layer of this activation, with the remedy; None if they can."""
    if activation not in ACTIVATIONS or ACTIVATIONS[activation].trainable:
        return None
    return (
        "The slope of a step is zero everywhere, so no gradient reaches the weights before it; choose another "
        "activation, such as sigmoid, freeze this layer and all before it, or use the perceptron's rule in "
        "engine.classic."
    )


def loss_misfit(problem: Problem, loss: str) -> str | None:
    """Why a loss cannot serve a problem, with the remedy; None if it can."""
    if problem.task == "regression" and loss != RECONSTRUCTION and problem.task not in LOSSES[loss].tasks:
        return f"{LOSSES[loss].label} compares classes and this data has numbers; choose squared_error."
    return None


def output_misfit(problem: Problem, loss: str, activation: str) -> str | None:
    """Why an output activation cannot serve a problem and its loss, with the remedy; None if it can."""
    if loss == RECONSTRUCTION:
        return "Inputs are no shares of one certainty; choose linear or sigmoid." if activation == "softmax" else None
    if loss == "hinge" and problem.task == "classification" and activation != "linear":
        return "Hinge wants a margin that can grow beyond 1; choose linear here, or the loss squared_error."
    if activation == "softmax" and problem.class_count <= 2:
        better = "linear" if problem.task == "regression" else "sigmoid or tanh"
        return f"Softmax shares one certainty among three or more classes; choose {better} here."
    if loss == "cross_entropy" and problem.task == "classification" and activation != _probability(problem):
        return f"Cross-entropy needs probabilities; choose {_probability(problem)} here, or the loss squared_error."
    return None


def _probability(problem: Problem) -> str:
    """The activation whose outputs are probabilities."""
    return "softmax" if problem.class_count > 2 else "sigmoid"
