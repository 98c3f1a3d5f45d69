"""The "Try this" lines: each sets itself up from any state of the page, and what they claim is true."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Population, RunSpec
from engine.datasets.kinds import TILES
from engine.ideas import IDEAS, Idea
from tests.engine.strategies import SPECS

WITH_PATCH = [idea for idea in IDEAS if idea["patch"] is not None]


def setup(words: str) -> RunSpec:
    """The first setup of the page with the idea that says these words."""
    (idea,) = [idea for idea in IDEAS if words in idea["text"]]
    return RunSpec().merge(idea["patch"] or {})


def trained(spec: RunSpec, epochs: int, seeds: int = 4) -> Population:
    population = Population([spec.replace(seed=seed) for seed in range(seeds)])
    population.advance_epochs(epochs)
    return population


def weights_of(population: Population, layer: int) -> np.ndarray:
    return np.array([population.weights(replica)[layer] for replica in range(len(population.step))])


class TestText:
    def test_there_are_enough(self) -> None:
        assert len(IDEAS) >= 10
        assert len({idea["text"] for idea in IDEAS}) == len(IDEAS)

    @pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea["text"][:30])
    def test_a_line_is_short_and_calm(self, idea: Idea) -> None:
        assert 30 <= len(idea["text"]) <= 130
        assert idea["text"][-1] in ".?"
        assert "!" not in idea["text"]

    def test_every_dataset_of_the_playground_has_an_idea(self) -> None:
        tiles = {kind.name for kind in TILES}
        assert {idea["when"]["dataset"] for idea in IDEAS if idea["when"]} == tiles

    def test_some_are_at_home_anywhere(self) -> None:
        assert sum(idea["when"] is None for idea in IDEAS) >= 3


class TestPatches:
    @given(SPECS, st.sampled_from(WITH_PATCH))
    def test_a_patch_works_from_any_setup(self, spec: RunSpec, idea: Idea) -> None:
        changed = spec.merge(idea["patch"])
        assert idea["when"] is None or changed.dataset.kind == idea["when"]["dataset"]

    @pytest.mark.parametrize("idea", WITH_PATCH, ids=lambda idea: idea["text"][:30])
    def test_a_patch_is_json_and_keeps_the_page_s_own_choices(self, idea: Idea) -> None:
        patch: dict[str, Any] = json.loads(json.dumps(idea["patch"]))
        assert patch == idea["patch"]
        assert not {"seed", "dtype", "initial", "version"} & set(patch)


class TestClaims:
    def test_three_units_hold_the_circle_and_two_do_not(self) -> None:
        spec = setup("still hold the circle")
        layer = spec.to_dict()["layers"][0]
        assert trained(spec.replace(layers=[layer | {"units": 3}]), 600).accuracy()["test"].min() > 0.95
        assert trained(spec.replace(layers=[layer | {"units": 2}]), 600).accuracy()["test"].max() < 0.9

    def test_squares_solve_the_circle_without_hidden_layers(self) -> None:
        assert trained(setup("one unit enough for the circle"), 50).accuracy()["test"].min() == 1.0

    def test_linear_layers_cannot_bend(self) -> None:
        assert trained(setup("the border stays straight"), 100).accuracy()["train"].max() < 0.75

    def test_twins_stay_twins(self) -> None:
        weights = weights_of(trained(setup("stay twins"), 50), 0)
        assert np.allclose(weights, weights[:, :1], atol=1e-5)
        assert not np.allclose(weights, 0.1, atol=1e-2)

    def test_l1_keeps_the_two_squares(self) -> None:
        weights = weights_of(trained(setup("Which two does the network keep"), 300), 0)[:, 0]
        assert (np.abs(weights[:, 2:4]) > 0.3).all()
        assert (np.abs(np.delete(weights, (2, 3), axis=1)) < 0.02).all()

    def test_two_units_find_different_solutions_of_the_corners(self) -> None:
        accuracy = trained(setup("Two units cannot hold"), 300, seeds=8).accuracy()["test"]
        assert accuracy.max() < 0.95
        assert np.ptp(accuracy) > 0.05

    def test_the_product_alone_solves_the_corners(self) -> None:
        population = trained(setup("only one of them is large"), 100)
        weights = np.abs(weights_of(population, 0)[:, 0])
        assert population.accuracy()["test"].min() == 1.0
        assert (weights[:, 2] > 3 * weights[:, :2].max(axis=1)).all()

    def test_few_noisy_points_are_learned_by_heart_and_l2_helps(self) -> None:
        spec = setup("Does L2 at 0.01 help")
        free, tamed = trained(spec, 600), trained(spec.replace(regularizer={"kind": "l2", "rate": 0.01}), 600)
        curve = free.curve(0)
        assert curve["train"][-1] < 0.5 * curve["train"][50]
        assert curve["test"][-1] > 1.2 * curve["test"][50]
        assert (tamed.losses()["test"] < free.losses()["test"]).all()

    def test_sine_winds_faster_than_tanh(self) -> None:
        spec = setup("Sine units wind")
        tanh = [layer | {"activation": "tanh"} for layer in spec.to_dict()["layers"]]
        assert (
            trained(spec, 200).losses()["test"].max() < trained(spec.replace(layers=tanh), 200).losses()["test"].min()
        )

    def test_deep_sigmoids_stand_still_and_deep_tanhs_learn(self) -> None:
        spec = setup("Six layers of sigmoid units")
        tanh = [layer | {"activation": "tanh"} for layer in spec.to_dict()["layers"]]
        assert trained(spec, 200).losses()["train"].min() > 0.65
        assert trained(spec.replace(layers=tanh), 200).losses()["train"].max() < 0.1

    def test_both_weights_of_the_plane_end_at_a_tenth(self) -> None:
        assert np.allclose(weights_of(trained(setup("Both weights end at 0.1"), 60), 0), 0.1, atol=1e-4)
