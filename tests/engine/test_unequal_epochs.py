"""Replicas whose epochs end at different steps: each as if alone, and looked at once where they end."""

import numpy as np
import pytest

from engine import Population
from engine.spec import RunSpec
from tests.engine.numeric import make_spec
from tests.engine.test_population import same_bits

SAMPLES = (30, 44, 44, 57)


def unequal() -> list[RunSpec]:
    """Two of one length; dropout, a schedule, and one that stops by itself."""
    specs = [
        make_spec(seed=seed, dataset={"kind": "circle", "samples": samples, "train_fraction": 0.8}, batch_size=7)
        for seed, samples in enumerate(SAMPLES)
    ]
    layers = [{"kind": "dense", "units": 5}, {"kind": "dropout", "rate": 0.2}, {"kind": "dense", "units": 3}]
    optimizer = {"kind": "adam", "schedule": {"kind": "exponential"}}
    specs = [spec.merge({"layers": layers, "optimizer": optimizer}) for spec in specs]
    specs[2] = specs[2].merge({"stop": {"epochs": 3}})
    return specs


def assert_as_alone(together: Population, epochs: int) -> None:
    for replica, spec in enumerate(together.specs):
        alone = Population([spec])
        for _ in range(epochs):
            alone.advance_epochs(1)
        assert same_bits(alone.theta[0], together.theta[replica])
        assert alone.stop_reason(0) == together.stop_reason(replica)
        for name, values in alone.curve(0).items():
            np.testing.assert_array_equal(values, together.curve(replica)[name])
        for part, values in alone.losses().items():
            assert same_bits(values, together.losses()[part][replica : replica + 1])


@pytest.mark.parametrize("at_once", [1, 5])
def test_each_trains_as_if_alone(at_once: int) -> None:
    together = Population(unequal())
    for _ in range(5 // at_once):
        together.advance_epochs(at_once)
    assert together.epoch.tolist() == [5, 5, 3, 5]
    assert_as_alone(together, 5)


def test_epochs_that_have_ended_count_though_a_later_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Population(unequal())
    run, calls = together._trainer.run, []

    def fail_at_third(steps: int) -> None:
        calls.append(steps)
        if len(calls) == 3:
            raise MemoryError
        run(steps)

    monkeypatch.setattr(together._trainer, "run", fail_at_third)
    with pytest.raises(MemoryError):
        together.advance_epochs(1)
    assert together.epoch.tolist() == [1, 1, 1, 0]
    assert together.position(3) < 1.0
    together.advance_epochs(1, np.array([False, False, False, True]))
    assert_as_alone(together, 1)


def test_losses_of_some_are_not_those_of_all() -> None:
    """Where a point of the curve asked for some replicas alone, the others are computed when they are asked for."""
    together = Population(unequal())
    together.advance_epochs(1)
    before = together.losses()
    together.set_parameter(0, 0, 0, 0, 1.5)
    together.set_parameter(3, 0, 0, 0, -1.5)
    together.retake(3)
    after, fresh = together.losses(), Population(unequal())
    fresh.theta[:] = together.theta
    fresh._evaluation.forget()
    assert all(same_bits(after[part], fresh.losses()[part]) for part in after)
    assert (after["train"] != before["train"]).tolist() == [True, False, False, True]
