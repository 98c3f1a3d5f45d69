"""Reading optimizers: a kind's own numbers and no others, what is left out by default, and changes of kind."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import RunSpec, SpecError
from engine.hyperparameters import Hyperparameter, names_in
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.schedules import SCHEDULES
from tests.engine.strategies import OPTIMIZER

TABLES: dict[str, Any] = {"": OPTIMIZERS, "clip": CLIPS, "schedule": SCHEDULES}
KINDS = [(place, kind) for place, table in TABLES.items() for kind in table]


def document_of(place: str, part: dict[str, Any]) -> dict[str, Any]:
    return {"optimizer": {place: part} if place else part}


def optimizer_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = RunSpec.from_dict(document).to_dict()["optimizer"]
    return found


def errors_of(document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(document)
    return {issue.pointer: issue.message for issue in caught.value.errors}


def numbers_of(place: str, kind: str) -> tuple[Hyperparameter, ...]:
    found: tuple[Hyperparameter, ...] = TABLES[place][kind].hyperparameters
    return found


def test_the_plain_optimizer_is_written_as_it_always_was() -> None:
    plain = {"kind": "sgd", "learning_rate": 0.03}
    assert optimizer_of({}) == plain
    assert optimizer_of({"optimizer": {"clip": {"kind": "none"}, "schedule": {"kind": "constant"}}}) == plain


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_the_normal_form_has_exactly_the_numbers_of_its_kind(kind: str) -> None:
    normal = optimizer_of({"optimizer": {"kind": kind}})
    defaults = {number.name: number.bounds.default for number in OPTIMIZERS[kind].hyperparameters}
    assert normal == {"kind": kind, "learning_rate": 0.03} | defaults


@pytest.mark.parametrize(("place", "kind"), KINDS)
def test_numbers_of_other_kinds_are_refused_and_their_owners_named(place: str, kind: str) -> None:
    own = {number.name for number in numbers_of(place, kind)}
    for name in set(names_in(TABLES[place])) - own:
        pointer = "/".join(("/optimizer", *filter(None, (place,)), name))
        [message] = [errors_of(document_of(place, {"kind": kind, name: 0.9}))[pointer]]
        owners = [other for other in TABLES[place] if name in {number.name for number in numbers_of(place, other)}]
        assert message == f"{kind} has no {name}; leave it out, or choose one that has it: {', '.join(owners)}."


@pytest.mark.parametrize(("place", "kind"), KINDS)
def test_numbers_outside_their_bounds_are_refused_where_they_stand(place: str, kind: str) -> None:
    for number in numbers_of(place, kind):
        pointer = "/".join(("/optimizer", *filter(None, (place,)), number.name))
        for good in (number.bounds.minimum, number.bounds.maximum, number.bounds.default):
            RunSpec.from_dict(document_of(place, {"kind": kind, number.name: good}))
        for bad in (number.bounds.minimum - 1e-3, number.bounds.maximum * 1.001 + 1e-3, float("nan"), True, "1", None):
            assert list(errors_of(document_of(place, {"kind": kind, number.name: bad}))) == [pointer]


@pytest.mark.parametrize(
    ("optimizer", "pointer"),
    [
        ({"kind": "newton"}, "/optimizer/kind"),
        ({"speed": 1}, "/optimizer/speed"),
        ({"clip": {"kind": "hard"}}, "/optimizer/clip/kind"),
        ({"clip": 1}, "/optimizer/clip"),
        ({"clip": {"limit": 1}}, "/optimizer/clip/limit"),
        ({"schedule": {"kind": "cyclic"}}, "/optimizer/schedule/kind"),
        ({"schedule": []}, "/optimizer/schedule"),
        ({"schedule": {"kind": "step", "floor": 0.1}}, "/optimizer/schedule/floor"),
    ],
)
def test_what_is_not_an_optimizer_is_refused(optimizer: dict[str, Any], pointer: str) -> None:
    assert list(errors_of({"optimizer": optimizer})) == [pointer]


@settings(max_examples=50)
@given(optimizer=OPTIMIZER)
def test_a_document_survives_the_round_trip(optimizer: dict[str, Any]) -> None:
    spec = RunSpec.from_dict({"optimizer": optimizer})
    assert RunSpec.from_dict(spec.to_dict()) == spec
    assert spec.merge({}) == spec


@settings(max_examples=50)
@given(optimizer=OPTIMIZER, kind=st.sampled_from(list(OPTIMIZERS)))
def test_a_change_of_kind_alone_always_fits(optimizer: dict[str, Any], kind: str) -> None:
    old = RunSpec.from_dict({"optimizer": optimizer})
    new = old.merge({"optimizer": {"kind": kind}})
    assert new.optimizer.kind == kind
    assert new.optimizer.learning_rate == old.optimizer.learning_rate
    assert (new.optimizer.clip, new.optimizer.schedule) == (old.optimizer.clip, old.optimizer.schedule)


@settings(max_examples=50)
@given(optimizer=OPTIMIZER, clip=st.sampled_from(list(CLIPS)), schedule=st.sampled_from(list(SCHEDULES)))
def test_a_change_of_clipping_or_schedule_alone_always_fits(
    optimizer: dict[str, Any], clip: str, schedule: str
) -> None:
    old = RunSpec.from_dict({"optimizer": optimizer})
    new = old.merge({"optimizer": {"clip": {"kind": clip}, "schedule": {"kind": schedule}}}).optimizer
    assert (new.clip.kind if new.clip else "none") == clip
    assert (new.schedule.kind if new.schedule else "constant") == schedule


def test_a_number_both_kinds_share_is_kept() -> None:
    spec = RunSpec.from_dict({"optimizer": {"kind": "momentum", "momentum": 0.7}})
    assert spec.merge({"optimizer": {"kind": "nesterov"}}).optimizer.momentum == 0.7
    assert spec.merge({"optimizer": {"kind": "sgd"}}).optimizer.momentum is None
    adam = spec.merge({"optimizer": {"kind": "adam", "beta1": 0.5}}).optimizer
    assert (adam.momentum, adam.beta1) == (None, 0.5)


def test_a_factor_of_steps_is_not_one_of_epochs() -> None:
    """Halving every fifty epochs must not become halving in each."""
    spec = RunSpec.from_dict({"optimizer": {"schedule": {"kind": "step", "factor": 0.6, "warmup": 3}}})
    schedule = spec.merge({"optimizer": {"schedule": {"kind": "exponential"}}}).optimizer.schedule
    assert schedule is not None
    assert (schedule.factor, schedule.warmup) == (0.99, 3)


def test_a_number_that_a_change_names_for_a_kind_without_it_is_still_refused() -> None:
    with pytest.raises(SpecError):
        RunSpec.from_dict({"optimizer": {"kind": "adam"}}).merge({"optimizer": {"kind": "sgd", "beta1": 0.5}})


def test_null_takes_clipping_and_schedule_away() -> None:
    spec = RunSpec.from_dict({"optimizer": {"clip": {"kind": "norm"}, "schedule": {"kind": "cosine"}}})
    assert spec.merge({"optimizer": {"clip": None, "schedule": None}}) == RunSpec()
