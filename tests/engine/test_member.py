"""Members: replicas taken out of a population and put into another go on as if nothing had happened."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec
from engine.checkpoint import pack, unpack
from engine.member import Member, dump, load, new_member
from engine.types import Array
from tests.engine.numeric import make_spec

ADAM: dict[str, Any] = {"optimizer": {"kind": "adam", "learning_rate": 0.01}, "stop": {"patience": 50}}


def run(seed: int, **fields: Any) -> RunSpec:
    return make_spec((3, 2), seed=seed, dataset={"kind": "spiral", "samples": 80, "seed": seed}, **ADAM, **fields)


def everything(population: Population, replica: int) -> list[Array]:
    return [
        population.theta[replica],
        *(rows[replica] for rows in population.optimizer_memory().values()),
        *population.curve(replica).values(),
        np.array([population.step[replica], population.epoch[replica]]),
    ]


def assert_same(one: Population, place: int, other: Population, elsewhere: int) -> None:
    for mine, theirs in zip(everything(one, place), everything(other, elsewhere), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=4), st.integers(1, 40), st.data())
def test_members_go_on_together_and_apart_as_they_would_alone(
    before: list[int], together: int, data: st.DataObject
) -> None:
    """Each trains by itself, all together for a while, and then some of them by themselves again."""
    alone = [Population([run(seed)]) for seed in range(len(before))]
    others = [Population([run(seed)]) for seed in range(len(before))]
    for steps, one, other in zip(before, alone, others, strict=True):
        one.advance(steps)
        other.advance(steps)
    cohort = Population.of([other.member(0) for other in others])
    cohort.advance(together)
    stays = sorted(data.draw(st.sets(st.integers(0, len(before) - 1), min_size=1)))
    rest = Population.of([cohort.member(replica) for replica in stays])
    rest.advance(11)
    for place, replica in enumerate(stays):
        alone[replica].advance(together)
        alone[replica].advance(11)
        assert_same(alone[replica], 0, rest, place)


DISTURBED: dict[str, Any] = {"layers": [{"kind": "noise"}, {"units": 4}, {"kind": "dropout"}]}
SEVERAL: dict[str, Any] = {"regularizer": {"kind": "l2", "rate": 0.01}, "pinned": [[0, 0, 1]]}


@pytest.mark.parametrize("fields", [{}, DISTURBED, SEVERAL], ids=["plain", "disturbed", "pinned and pulled"])
@pytest.mark.parametrize("looked", [False, True], ids=["not looked at", "looked at"])
def test_a_run_in_anothers_place_goes_on_as_it_would_alone(fields: dict[str, Any], looked: bool) -> None:
    """It comes in the midst of an epoch with a long curve and goes again; the others never notice."""
    alone, other = Population([run(9, **fields)]), Population([run(9, **fields)])
    for population in (alone, other):
        population.advance(1500)
    plain = run(1, **{**fields, "pinned": None} if fields else {})
    cohort, left = Population([run(0, **fields), plain, run(2, **fields)]), Population([run(0, **fields)])
    cohort.advance(7)
    if looked:
        cohort.losses()
    cohort.put(1, other.member(0))
    cohort.advance(9)
    left.advance(16)
    alone.advance(9)
    assert_same(alone, 0, cohort, 1)
    assert_same(left, 0, cohort, 0)
    assert (cohort.losses()["test"][1], cohort.position(1)) == (alone.losses()["test"][0], alone.position(0))
    again = Population.of([cohort.member(1)])
    cohort.reset(1)
    fresh = Population([run(9, **fields)])
    for population in (again, alone, cohort, fresh):
        population.advance(5)
    assert_same(alone, 0, again, 0)
    assert_same(fresh, 0, cohort, 1)


@pytest.mark.parametrize("changed", [{"dataset": {"samples": 90}}, {"batch_size": 5}, {"layers": [{"units": 3}]}])
def test_a_place_is_for_a_run_of_its_shape_with_as_many_examples(changed: dict[str, Any]) -> None:
    cohort, other = Population([run(0), run(1)]), new_member(run(2).merge(changed))
    assert not cohort.fits(1, other.spec, other.feed.table)
    before = everything(cohort, 1)
    with pytest.raises(ValueError, match="a run of its shape with as many examples"):
        cohort.put(1, other)
    for mine, theirs in zip(everything(cohort, 1), before, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_other_data_of_one_size_are_taken_over_in_place() -> None:
    changed = run(1).merge({"dataset": {"noise": 0.2, "seed": 5}})
    cohort, alone = Population([run(0), run(1)]), Population([run(1)])
    for population, replica in ((cohort, 1), (alone, 0)):
        population.advance(11)
        population.losses()
        population.update(replica, changed)
        population.advance(20)
    assert_same(alone, 0, cohort, 1)
    assert alone.losses()["train"][0] == cohort.losses()["train"][1]


def test_a_member_is_a_copy_of_its_numbers() -> None:
    population = Population([run(1), run(2)])
    population.advance(7)
    member = population.member(1)
    before = member.theta.copy()
    population.advance(1)
    np.testing.assert_array_equal(member.theta, before)
    assert (population.theta[1] != before).any()


def test_members_of_different_shapes_do_not_train_together() -> None:
    members = [new_member(run(1)), new_member(run(2).merge({"batch_size": 9}))]
    with pytest.raises(ValueError, match="same features, layers, loss, batch size"):
        Population.of(members)


def test_a_table_that_is_known_is_not_made_again() -> None:
    table = Population([run(1)]).tables[0]
    assert new_member(run(1), table).feed.table is table


class TestBytes:
    def taken(self, steps: int = 33) -> Member:
        population = Population([run(5)])
        population.advance(steps)
        return population.member(0)

    def test_what_is_loaded_goes_on_like_what_was_kept(self) -> None:
        member = self.taken()
        loaded = load(run(5), dump(member))
        one, other = Population.of([member]), Population.of([loaded])
        for population in (one, other):
            population.advance(60)
        assert_same(one, 0, other, 0)

    def test_another_network_does_not_fit(self) -> None:
        with pytest.raises(ValueError, match="another specification"):
            load(make_spec((4,)), dump(self.taken()))

    def test_another_precision_does_not_fit(self) -> None:
        with pytest.raises(ValueError, match="another specification"):
            load(run(5).merge({"dtype": "float64"}), dump(self.taken()))

    @pytest.mark.parametrize("missing", ["theta", "order", "curve", "cursor", "rng", "waived"])
    def test_a_part_that_is_missing_is_told(self, missing: str) -> None:
        values, arrays = unpack(dump(self.taken()))
        values.pop(missing, None)
        arrays.pop(missing, None)
        with pytest.raises(ValueError, match=missing):
            load(run(5), pack(values, arrays))


@pytest.mark.parametrize(
    "layers",
    [
        [{"units": 4}, {"kind": "maxout", "units": 3}],
        [{"kind": "noise"}, {"units": 4}, {"kind": "dropout"}],
        [{"units": 3}, {"units": 3, "name": "b"}, {"kind": "add", "inputs": ["layer1", "b"]}],
    ],
)
def test_what_is_given_up_is_free_at_once(layers: list[dict[str, Any]]) -> None:
    """A server makes and drops many populations: none may wait for a search through all there is."""
    population = Population([make_spec(layers=layers, seed=seed) for seed in range(2)])
    population.advance_epochs(2)
    population.losses()
    population.probe("decision")
    theta = weakref.ref(population.theta)
    gc.collect()
    gc.disable()
    try:
        del population
        assert theta() is None
    finally:
        gc.enable()
