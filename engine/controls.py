"""The page's controls: what each is called, what it does, its formula, its bounds and the values it offers.

``minimum`` and ``maximum`` are what a specification may hold; ``values`` are the stops of the page's own slider.
``pointer`` says where the value stands in the specification, ``*`` for any layer; None for the page's own settings.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine import limits
from engine.activations import SOFTMAX, TRAINABLE
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.limits import Bounds
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.types import Json


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to press or move."""

    name: str
    pointer: str | None
    label: str
    explanation: str
    formula: str
    scale: Literal["log", "linear", "choice", "switch", "button"]
    default: Json = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[Json, ...] | None = None
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without what does not apply."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value is not None or name in ("pointer", "default")
        }


RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
LEARNING_RATES = (0.00001, 0.00003, 0.0001, 0.0003, *RATES)
BATCH_SIZES = (1, 2, 3, 5, 8, 10, 16, 20, 30, 50, 100, 200, 500)
SAMPLES = (10, 20, 30, 50, 70, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000)
NOISES = tuple(percent / 100 for percent in range(51))
TRAIN_FRACTIONS = tuple(percent / 100 for percent in range(10, 91, 5))


def _number(
    name: str,
    pointer: str,
    label: str,
    explanation: str,
    formula: str,
    bounds: Bounds,
    values: tuple[float, ...] | None = None,
    scale: Literal["log", "linear"] = "linear",
    unit: str = "",
) -> Control:
    """A slider, a stepper or a number field."""
    low, high, default = bounds.minimum, bounds.maximum, bounds.default
    return Control(name, pointer, label, explanation, formula, scale, default, low, high, values, unit)


DATA_CONTROLS = (
    Control(
        "task",
        None,
        "Task",
        "Classification tells colours apart; regression predicts a number for every place.",
        "f(x_1, x_2) → class or y",
        "choice",
        "classification",
        values=("classification", "regression"),
    ),
    _number(
        "samples",
        "/dataset/samples",
        "Points",
        "How many points there are, for training and testing together. More points leave less to guess.",
        "N",
        limits.SAMPLES,
        SAMPLES,
    ),
    _number(
        "noise",
        "/dataset/noise",
        "Noise",
        "How untidy the points are. Some datasets scatter them, some give them the wrong colour.",
        "s",
        limits.NOISE,
        NOISES,
        unit="%",
    ),
    _number(
        "train_fraction",
        "/dataset/train_fraction",
        "Share used for training",
        "The network learns from this share of the points; the others test what it has learned.",
        "N_{train} = share · N",
        limits.TRAIN_FRACTION,
        TRAIN_FRACTIONS,
        unit="%",
    ),
    _number(
        "batch_size",
        "/batch_size",
        "Batch size",
        "How many points are looked at before each step. Small batches are jumpy, large ones smooth and slow.",
        "g = 1/B Σ_i ∂L_i/∂w",
        limits.BATCH_SIZE,
        BATCH_SIZES,
        "log",
    ),
    Control(
        "shuffle",
        "/shuffle",
        "Shuffle",
        "Goes through the points in a new order in every epoch, so that the network cannot lean on the order.",
        "",
        "switch",
        True,
    ),
    _number(
        "data_seed",
        "/dataset/seed",
        "Draw new points",
        "Draws other points of the same kind. The same number always gives the same points.",
        "",
        limits.SEED,
    ),
    Control(
        "show_test",
        None,
        "Test points",
        "Shows the points the network does not learn from, drawn hollow.",
        "",
        "switch",
        False,
    ),
)

NETWORK_CONTROLS = (
    Control(
        "features",
        "/features",
        "Features",
        "What the network is given to see of each point. A good feature can save a whole layer.",
        "h_0 = (x_1, x_2, …)",
        "choice",
        ["x1", "x2"],
        values=tuple(FEATURES),
    ),
    Control(
        "layers",
        "/layers",
        "Hidden layers",
        "Each layer builds on what the one before has found. With none, x₁ and x₂ alone make a straight border.",
        "x → h_1 → h_2 → … → y",
        "linear",
        2,
        0,
        limits.MOST_LAYERS,
        tuple(range(limits.MOST_LAYERS + 1)),
    ),
    _number(
        "units",
        "/layers/*/units",
        "Units",
        "How many units stand side by side in this layer. Each draws one border of its own.",
        "h = (h_1, …, h_n)",
        limits.UNITS,
    ),
    Control(
        "activation",
        "/layers/*/activation",
        "Activation",
        "What a unit makes of its weighted sum. Without a bend in it, many layers can do no more than one.",
        "h = φ(b + Σ_i w_i h_i)",
        "choice",
        "tanh",
        values=tuple(TRAINABLE),
    ),
    Control(
        "output_activation",
        "/output/activation",
        "Output activation",
        "What the last sum becomes: a probability, a value between −1 and 1, or any number.",
        "y = φ(b + Σ_i w_i h_i)",
        "choice",
        "sigmoid",
        values=(*TRAINABLE, SOFTMAX.name),
    ),
    Control(
        "weight",
        None,
        "Weight",
        "How strongly one unit listens to another. Blue adds, orange takes away, and thick is strong.",
        "w_i",
        "linear",
        None,
        limits.PARAMETER.minimum,
        limits.PARAMETER.maximum,
    ),
    Control(
        "unit_bias",
        None,
        "Bias",
        "What a unit's sum starts from before it listens to anybody. It moves the unit's border.",
        "z = b + Σ_i w_i h_i",
        "linear",
        None,
        limits.PARAMETER.minimum,
        limits.PARAMETER.maximum,
    ),
    Control(
        "discretize",
        None,
        "Two colours",
        "Shows only which side of the border a place is on, not how sure the network is.",
        "sign(z)",
        "switch",
        False,
    ),
)

LEARNING_CONTROLS = (
    Control(
        "optimizer",
        "/optimizer/kind",
        "Optimizer",
        "How the slope of the loss becomes a step of the weights.",
        "w ← w − η ∂L/∂w",
        "choice",
        "sgd",
        values=tuple(OPTIMIZERS),
    ),
    _number(
        "learning_rate",
        "/optimizer/learning_rate",
        "Learning rate",
        "How far each step goes. Too small is slow; too large jumps over the valley and may never come down.",
        "w ← w − η ∂L/∂w",
        limits.LEARNING_RATE,
        LEARNING_RATES,
        "log",
    ),
    Control(
        "loss",
        "/loss",
        "Loss",
        "How wrong an answer is, as one number. Training makes it small.",
        "L = 1/N Σ_i L(y_i, t_i)",
        "choice",
        "cross_entropy",
        values=tuple(LOSSES),
    ),
    Control(
        "regularizer",
        "/regularizer/kind",
        "Regularisation",
        "Pulls all weights towards zero, so that the network keeps only those it needs.",
        "L + λ Σ |w| or L + ½ λ Σ w^2",
        "choice",
        "none",
        values=tuple(REGULARIZERS),
    ),
    _number(
        "regularization_rate",
        "/regularizer/rate",
        "Regularisation rate",
        "How hard the weights are pulled. Too hard and the network learns nothing at all.",
        "λ",
        limits.RATE,
        (0, *RATES),
        "log",
    ),
    Control(
        "initializer",
        "/initializer/kind",
        "First weights",
        "Where the weights begin. Another start can end in another solution.",
        "w ~ U(−s, s) or N(0, s^2)",
        "choice",
        "glorot_uniform",
        values=tuple(INITIALIZERS),
    ),
    Control(
        "initializer_scale",
        "/initializer/scale",
        "Spread of the first weights",
        "How far from zero the weights begin. Glorot and He choose it themselves.",
        "s",
        "linear",
        1.0,
        limits.INITIALIZER_SCALES["constant"].minimum,
        limits.INITIALIZER_SCALES["constant"].maximum,
        (0, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    ),
    _number(
        "bias",
        "/initializer/bias",
        "Bias at the start",
        "The value every bias begins with.",
        "b = b_0",
        limits.BIAS,
        (-1, -0.5, -0.1, 0, 0.1, 0.5, 1),
    ),
    _number(
        "seed",
        "/seed",
        "Seed",
        "The number all chance comes from. The same seed gives the same start and the same run, again and again.",
        "",
        limits.RUN_SEED,
    ),
    Control(
        "precision",
        "/dtype",
        "Precision",
        "How exactly numbers are kept: 32 bits are faster, 64 bits agree with hand calculation.",
        "",
        "choice",
        "float32",
        values=("float32", "float64"),
    ),
)

RUN_CONTROLS = (
    Control("play", None, "Play", "Trains without stopping until you pause.", "", "button"),
    Control(
        "step",
        None,
        "Step",
        "Trains for one epoch, which shows every training point once, or for a single update.",
        "1 epoch = ⌈N_{train}/B⌉ steps",
        "button",
    ),
    Control("reset", None, "Start over", "Goes back to step 0, to the same first weights.", "", "button"),
    Control("new_start", None, "New start", "Draws new first weights from a new seed.", "", "button"),
    Control(
        "speed",
        None,
        "Speed",
        "How many epochs pass in a second: slow to watch each one, max to see where it ends.",
        "",
        "choice",
        "normal",
        values=("slow", "normal", "max"),
    ),
    Control(
        "loss_scale",
        None,
        "Loss axis",
        "Linear shows how much is left; log shows how it goes on shrinking when it is small.",
        "L or log L",
        "choice",
        "log",
        values=("linear", "log"),
    ),
    Control(
        "patterns",
        None,
        "Patterns",
        "Hatches the orange side and dashes negative weights, so that nothing depends on colour.",
        "",
        "switch",
        False,
    ),
)

CONTROLS: dict[str, Control] = {
    control.name: control for control in (*DATA_CONTROLS, *NETWORK_CONTROLS, *LEARNING_CONTROLS, *RUN_CONTROLS)
}
