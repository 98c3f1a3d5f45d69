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
PIECES = Bounds(2, 16, 2)
FILTERS = Bounds(1, 256, 8)
KERNEL_SIZE = Bounds(1, 16, 3)
STRIDE = Bounds(1, 16, 1)
POOL_SIZE = Bounds(1, 16, 2)
DROPOUT_RATE = Bounds(0.0, 0.95, 0.5)
FORGET_BIAS = Bounds(-10.0, 10.0, 1.0)
DEVIATION = Bounds(0.0, 10.0, 0.3)
LEARNING_RATE = Bounds(1e-6, 1e3, 0.03)
RATE = Bounds(0.0, 1e3, 0.0)
MOMENTUM = Bounds(0.0, 0.999, 0.9)
BETA1 = Bounds(0.0, 0.999, 0.9)
BETA2 = Bounds(0.0, 0.9999, 0.999)
RHO = Bounds(0.0, 0.9999, 0.9)
EPSILON = Bounds(1e-10, 1.0, 1e-8)
WEIGHT_DECAY = Bounds(0.0, 1e3, 0.01)
CLIP_LIMIT = Bounds(1e-6, 1e6, 1.0)
EVERY_EPOCHS = Bounds(1.0, 1e6, 50.0)
STEP_FACTOR = Bounds(0.01, 1.0, 0.5)
EPOCH_FACTOR = Bounds(0.5, 1.0, 0.99)
SCHEDULE_EPOCHS = Bounds(1.0, 1e6, 200.0)
FLOOR = Bounds(0.0, 1.0, 0.0)
NO_WARMUP = Bounds(0.0, 1e6, 0.0)
WARMUP = Bounds(0.0, 1e6, 5.0)
STOP_EPOCHS = Bounds(1, 1_000_000_000, 500)
STOP_LOSS = Bounds(0.0, 1e6, 0.01)
STOP_ACCURACY = Bounds(0.0, 1.0, 0.98)
PATIENCE = Bounds(1, 1_000_000, 20)
IMPROVEMENT = Bounds(0.0, 1e3, 0.0)
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
MOST_PINNED = 256
MOST_PARAMETERS = 2_000_000
MOST_VALUES_IN_A_BATCH = 2_000_000
MOST_VALUES_OF_DATA = 4_000_000
MOST_WORK = 20_000_000_000
"""Multiply-adds of taking all examples through the network once, forward: what a loss costs, a few seconds."""

MOST_POINTS = 10_000
MOST_NUMBERS = 1_000_000
MOST_INPUTS = 4096
LONGEST_NAME = 40
LONGEST_LABEL = 60
