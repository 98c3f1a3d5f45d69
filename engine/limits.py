"""The bounds and defaults of every number in a run specification, in one place for validator and catalog."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """A closed interval of allowed values and the value taken when none is given."""

    minimum: float
    maximum: float
    default: float


SAMPLES = Bounds(10, 5000, 500)
NOISE = Bounds(0.0, 0.5, 0.0)
TRAIN_FRACTION = Bounds(0.1, 0.9, 0.5)
SEED = Bounds(0, 2**32 - 1, 1)
RUN_SEED = Bounds(0, 2**32 - 1, 7)
UNITS = Bounds(1, 512, 4)
LEARNING_RATE = Bounds(1e-6, 1e3, 0.03)
RATE = Bounds(0.0, 1e3, 0.0)
BIAS = Bounds(-100.0, 100.0, 0.0)
BATCH_SIZE = Bounds(1, 10_000, 10)
CLASSES = Bounds(2, 10, 2)
LENGTH = Bounds(2, 100, 30)
COORDINATE = Bounds(-1e6, 1e6, 0.0)
AXIS_CENTER = Bounds(-1e15, 1e15, 0.0)
AXIS_SCALE = Bounds(1e-15, 1e15, 1.0)
PARAMETER = Bounds(-1e6, 1e6, 0.0)

UNSCALED = Bounds(1.0, 1.0, 1.0)
"""The scale of an initializer that has none."""

INITIALIZER_SCALES = {
    "uniform": Bounds(0.0, 100.0, 0.5),
    "normal": Bounds(0.0, 100.0, 0.5),
    "glorot_uniform": UNSCALED,
    "glorot_normal": UNSCALED,
    "he_normal": UNSCALED,
    "he_uniform": UNSCALED,
    "lecun_normal": UNSCALED,
    "orthogonal": UNSCALED,
    "zeros": UNSCALED,
    "constant": Bounds(-100.0, 100.0, 0.1),
}

MOST_LAYERS = 16
MOST_PARAMETERS = 2_000_000
MOST_VALUES_IN_A_BATCH = 2_000_000
MOST_POINTS = 10_000
LONGEST_NAME = 40
LONGEST_LABEL = 60
