"""Whatever specification, whatever commands, in whatever order: a run stays whole, and all its numbers finite."""

import contextlib
import json
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import protocol
from app.errors import Invalid, Problem
from app.probe_options import Probes
from app.protocol import Edit, State
from app.runs.training import Training
from engine.probes import OF_THE_PLANE
from engine.spec import RunSpec
from tests.engine.strategies import documents

SEEDS = st.integers(0, 2**32 - 1)
INDEX = st.integers(0, 3)
EDITS = st.builds(Edit, INDEX, INDEX, st.floats(-1e6, 1e6), st.none() | INDEX)
PATCHES = documents() | documents().map(lambda document: {name: document[name] for name in list(document)[:1]})
COMMANDS = st.one_of(
    st.builds(protocol.Start),
    st.builds(protocol.Pause),
    st.builds(protocol.Step, st.sampled_from(["epoch", "update"]), st.integers(1, 4)),
    st.builds(protocol.Reset),
    st.builds(protocol.NewStart, SEEDS),
    st.builds(protocol.Speed, st.none() | st.floats(0.01, 1e6)),
    st.builds(protocol.SetParameters, st.lists(EDITS, min_size=1, max_size=3)),
    st.builds(protocol.Update, PATCHES),
    st.builds(protocol.Back, st.none() | PATCHES),
)
VIEWS = protocol.convert(
    {
        **{name: {} for name in ("weights", "data", "losses", "accuracy")},
        **{name: {"resolution": 8} for name in ("decision", "units", "features")},
        "activations": {"point": [1e6, -3.5]},
    },
    Probes,
)
MAYBE = protocol.convert(
    {
        **{
            name: {}
            for name in (
                *("probabilities", "confusion", "answers", "metrics", "histograms", "gradients"),
                *("filters", "feature_maps", "states"),
            )
        },
        **{name: {"count": 5} for name in ("worst", "codes", "reconstructions")},
        **{
            "occlusion": {"size": 2},
            "warp": {"resolution": 8},
            "optimizer": {},
            "landscape": {"resolution": 5},
        },
    },
    Probes,
)
"""Views that not every run has."""
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def begin(document: dict[str, Any]) -> Training:
    """A run under a clock of its own that moves by a millisecond whenever it is read."""
    ticks = count()
    return Training.create("r", RunSpec.from_dict(document), None, "now", lambda: next(ticks) / 1000)


def obey(training: Training, command: protocol.Command) -> bool:
    """Do a command and let the run train a little; whether it was done rather than refused."""
    try:
        training.execute(command)
        done = True
    except Problem:
        done = False
    for _ in range(3):
        if training.wait() < 10:
            training.train()
    return done


def require_whole(training: Training) -> None:
    document = training.document()
    assert RunSpec.from_dict(document["spec"]) == training.spec
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["state"] in ("paused", "running", "diverged")
    assert (document["diagnosis"] is not None) == (document["state"] == "diverged")
    assert training.is_training or training.wait() == float("inf")
    for name, options in VIEWS.items():
        if name in OF_THE_PLANE and not training.spec.features:
            with pytest.raises(Invalid):
                training.views.lists(name, options)
        else:
            json.dumps(training.views.lists(name, options), allow_nan=False)
        for named in training.views.arrays(name, options):
            assert named.name.startswith(("losses/", "accuracy/")) or np.isfinite(named.values).all(), named.name
    curve = training.views.columns()
    assert curve["step"] == sorted(set(curve["step"]))
    assert None not in curve["train"]
    assert not curve["step"] or curve["step"][-1] <= training.step


def require_finite_views(training: Training) -> None:
    for name, options in MAYBE.items():
        with contextlib.suppress(Invalid):
            json.dumps(training.views.lists(name, options), allow_nan=False)
        for named in training.views.arrays(name, options):
            assert np.isfinite(named.values).all(), named.name


@FEW
@given(documents(), st.lists(COMMANDS, max_size=6))
def test_a_run_stays_whole_whatever_is_asked_of_it(document: dict[str, Any], commands: list[protocol.Command]) -> None:
    training = begin(document)
    require_whole(training)
    for command in commands:
        before = training.document()
        notices = training.notices
        if obey(training, command):
            assert isinstance(command, protocol.Start | protocol.Pause | protocol.Step) or training.notices > notices
        require_whole(training)
        after = training.document()
        assert (after["generation"], after["revision"]) >= (before["generation"], before["revision"])
        assert after["revision"] > before["revision"] or after["spec"] == before["spec"]
    require_finite_views(training)


@FEW
@given(documents(), st.lists(COMMANDS, max_size=4))
def test_a_run_is_the_same_after_a_crash(document: dict[str, Any], commands: list[protocol.Command]) -> None:
    training = begin(document)
    for command in commands:
        obey(training, command)
    training.execute(protocol.Pause())
    restored = Training.restore("r", training.checkpoint())
    assert restored.document() == training.document()
    assert restored.export() == training.export()
    if training.record.state is State.PAUSED:
        for run in (training, restored):
            run.execute(protocol.Step("update", 5))
            while run.goal:
                run.train()
    assert restored.export() == training.export()
    assert restored.record.state is training.record.state


@FEW
@given(documents(), st.lists(COMMANDS, max_size=3))
def test_reset_is_always_the_start_of_the_same_specification(
    document: dict[str, Any], commands: list[protocol.Command]
) -> None:
    training = begin(document)
    for command in commands:
        obey(training, command)
    training.execute(protocol.Reset())
    fresh = begin(training.spec.to_dict())
    assert training.step == 0
    assert training.export() == fresh.export()
    assert training.document()["losses"] == fresh.document()["losses"]
