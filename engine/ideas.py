"""The "Try this" lines: one small experiment each, with the change that sets it up."""

from typing import Any, TypedDict


class Idea(TypedDict):
    """``when`` says beside which dataset the line is at home; None for any. ``patch`` is a JSON merge patch."""

    text: str
    when: dict[str, str] | None
    patch: dict[str, Any] | None


def _dense(*units: int, activation: str = "tanh") -> list[dict[str, Any]]:
    return [{"kind": "dense", "units": count, "activation": activation} for count in units]


PLAIN: dict[str, Any] = {
    "features": ["x1", "x2"],
    "optimizer": {"learning_rate": 0.03},
    "regularizer": {"kind": "none", "rate": 0.0},
    "initializer": {"kind": "glorot_uniform", "bias": 0.0},
    "batch_size": 10,
}
"""What the experiments take for granted and the page may have changed."""


def _idea(text: str, kind: str | None = None, **patch: Any) -> Idea:
    """An experiment beside one dataset; ``patch`` is what differs from the plain setup."""
    if kind is None:
        return {"text": text, "when": None, "patch": patch or None}
    dataset = {"kind": kind, "noise": 0.0, "train_fraction": 0.5} | patch.pop("dataset", {})
    return {"text": text, "when": {"dataset": kind}, "patch": PLAIN | {"dataset": dataset} | patch}


IDEAS: tuple[Idea, ...] = (
    _idea(
        "Remove units from the first layer one by one. How few still hold the circle?",
        "circle",
        layers=_dense(4),
    ),
    _idea(
        "No hidden layers, but the features x₁² and x₂². Why is one unit enough for the circle now?",
        "circle",
        layers=[],
        features=["x1_squared", "x2_squared"],
    ),
    _idea(
        "Every unit is linear here. Add as many layers as you like: the border stays straight.",
        "circle",
        layers=_dense(4, 4, activation="linear"),
    ),
    _idea(
        "All weights start at the same value. Watch the units of a layer stay twins: what one learns, all learn.",
        "circle",
        layers=_dense(4, 2),
        initializer={"kind": "constant", "scale": 0.1, "bias": 0.0},
    ),
    _idea(
        "All nine features, and L1 pulling at the weights. Which two does the network keep?",
        "circle",
        layers=[],
        features=["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2", "cos_x1", "cos_x2"],
        regularizer={"kind": "l1", "rate": 0.03},
    ),
    _idea(
        "Two units cannot hold all four corners. Press New start a few times: which solutions do they find?",
        "xor",
        layers=_dense(2),
        optimizer={"learning_rate": 0.1},
    ),
    _idea(
        "With the feature x₁x₂ no hidden layer is needed. Look at the weights: only one of them is large.",
        "xor",
        layers=[],
        features=["x1", "x2", "x1x2"],
    ),
    _idea(
        "Few points, much noise, many units: the training loss falls while the test loss climbs. Does L2 at 0.01 help?",
        "gauss",
        dataset={"noise": 0.5, "train_fraction": 0.1},
        layers=_dense(8, 8),
        optimizer={"learning_rate": 0.1},
    ),
    _idea(
        "Remove units from the first layer one by one. How few still hold the spiral?",
        "spiral",
        layers=_dense(12, 8),
        optimizer={"learning_rate": 0.1},
    ),
    _idea(
        "Sine units wind by themselves. Compare them with tanh on the spiral: which gets there in fewer epochs?",
        "spiral",
        layers=_dense(8, 8, activation="sine"),
        optimizer={"learning_rate": 0.03},
    ),
    _idea(
        "ReLU units: look closely, and the border is made of straight pieces. Change them to tanh and compare.",
        "moons",
        layers=_dense(6, activation="relu"),
    ),
    _idea(
        "Six layers of sigmoid units, and nothing seems to happen. Change them all to tanh and look again.",
        "moons",
        layers=_dense(4, 4, 4, 4, 4, 4, activation="sigmoid"),
    ),
    _idea(
        "The inner disc and the outer ring are both blue. How many units does it take to keep them apart?",
        "rings",
        layers=_dense(8, 4),
    ),
    _idea(
        "Train a while, then select a unit of the first layer and one of the last. Which draws the finer picture?",
        "checkerboard",
        layers=_dense(12, 8),
        optimizer={"learning_rate": 0.1},
    ),
    _idea(
        "Move the cross-hair over the plot. The three probabilities change, and always add up to 1.",
        "three_blobs",
        layers=_dense(4),
    ),
    _idea(
        "Three arms, three colours. Follow one colour from the output back to the units it listens to most.",
        "three_spirals",
        layers=_dense(8, 8),
        optimizer={"learning_rate": 0.1},
    ),
    _idea(
        "One linear unit and no hidden layer. Both weights end at 0.1. Why?",
        "plane",
        layers=[],
        optimizer={"learning_rate": 0.01},
    ),
    _idea(
        "Three hills and three hollows. Add a unit whenever one of them is still missing.",
        "hills",
        layers=_dense(6, 4),
        optimizer={"learning_rate": 0.1},
    ),
    _idea("Set the batch size to 1, then to 100. Which loss curve is smoother, and which needs fewer epochs?"),
    _idea("Raise the learning rate step by step while it trains. When does the loss curve begin to jump?"),
    _idea("Select the output unit and set its bias to 2 by hand. Which way does the border move?"),
    _idea("Press New start a few times. Is the picture the same each time, or only the loss?"),
)
