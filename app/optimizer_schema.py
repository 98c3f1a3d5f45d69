"""How a run is optimised, for OpenAPI: the optimizer with its numbers, and when the run stops by itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.schema_parts import Part
from engine import limits
from engine.limits import Bounds


def number(bounds: Bounds, description: str) -> Any:
    """A number that some kinds have: left out, it takes its kind's default."""
    return Field(None, ge=bounds.minimum, le=bounds.maximum, description=description)


class Clip(Part):
    """A gradient that has grown too large is made shorter before it is used."""

    kind: Literal["none", "value", "norm"] = Field(
        "none",
        description="`value`: each component at most `limit`; `norm`: the length of each network's whole gradient.",
    )
    limit: float | None = number(limits.CLIP_LIMIT, "What is too large. For `value` and `norm`; default 1.")


class Schedule(Part):
    """How the learning rate changes by itself; times are in epochs."""

    kind: Literal["constant", "step", "exponential", "cosine", "warmup"] = Field(
        "constant", description="The shape of the change; the catalog has its formula."
    )
    every: float | None = number(limits.EVERY_EPOCHS, "`step`: epochs from one fall to the next; default 50.")
    factor: float | None = Field(
        None,
        ge=limits.STEP_FACTOR.minimum,
        le=limits.STEP_FACTOR.maximum,
        description="`step`: what the rate is multiplied by at each fall, default 0.5; `exponential`: in each epoch, "
        f"default 0.99 and at least {limits.EPOCH_FACTOR.minimum}.",
    )
    epochs: float | None = number(limits.SCHEDULE_EPOCHS, "`cosine`: epochs until the floor is reached; default 200.")
    floor: float | None = number(limits.FLOOR, "`cosine`: the share of the rate that is left at the end; default 0.")
    warmup: float | None = number(
        limits.WARMUP,
        "Epochs at the start in which the rate grows from nothing, before the schedule begins. "
        "For all but `constant`; default 5 for `warmup`, else 0.",
    )


class Optimizer(Part):
    """How the gradient becomes a step. A kind has the numbers that name it, and no others."""

    kind: Literal["sgd", "momentum", "classic_momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"] = Field(
        "sgd", description="Which rule; the catalog has its formula."
    )
    learning_rate: float = Field(
        limits.LEARNING_RATE.default,
        ge=limits.LEARNING_RATE.minimum,
        le=limits.LEARNING_RATE.maximum,
        description="The step's length as a multiple of the gradient (η). L1 and L2 pull by this times their rate "
        "under every optimizer.",
    )
    momentum: float | None = number(
        limits.MOMENTUM,
        "`momentum`, `classic_momentum`, `nesterov`: how much of the last step is kept (β); default 0.9.",
    )
    beta1: float | None = number(limits.BETA1, "`adam`, `adamw`: how much of the mean gradient is kept; default 0.9.")
    beta2: float | None = number(
        limits.BETA2, "`adam`, `adamw`: how much of the mean squared gradient is kept; default 0.999."
    )
    rho: float | None = number(limits.RHO, "`rmsprop`: how much of the mean squared gradient is kept (ρ); default 0.9.")
    epsilon: float | None = number(
        limits.EPSILON, "`adagrad`, `rmsprop`, `adam`, `adamw`: added to the divisor (ε); default 1e-8."
    )
    weight_decay: float | None = number(
        limits.WEIGHT_DECAY,
        "`adamw`: the share of each weight, times the learning rate, lost at each step; default 0.01.",
    )
    clip: Clip | None = Field(None, description="Clipping of the gradient. Left out: none.")
    schedule: Schedule | None = Field(None, description="The learning rate's schedule. Left out: constant.")


class Stop(Part):
    """Conditions under which the run pauses by itself, looked at where an epoch ends; any of them is enough.

    Loss and accuracy are those of the test points, or of training where there are none.
    """

    epochs: int | None = number(limits.STOP_EPOCHS, "After so many epochs.")
    loss_below: float | None = number(limits.STOP_LOSS, "When the loss is below this.")
    accuracy_above: float | None = number(
        limits.STOP_ACCURACY, "When the accuracy is at least this, 0 to 1; not for a regression."
    )
    patience: int | None = number(
        limits.PATIENCE, "When the loss has not improved for so many epochs; the best weights are taken back."
    )
    min_improvement: float | None = number(
        limits.IMPROVEMENT, "With `patience`: by how much the loss has to fall to count; default 0."
    )
