"""Checkpoints of other versions: their specification is all that is read of them."""

from typing import Any

import msgspec
import pytest

from app import protocol
from app.errors import Conflict
from app.runs import checkpoint
from app.runs.training import Training
from engine.spec import RunSpec


def kept(version: int | None) -> tuple[dict[str, Any], bytes]:
    """A run's specification, and its checkpoint as that version could have written it."""
    original = Training.create("r", RunSpec.from_dict({"layers": [{"units": 3}]}), None, "2026-11-20T00:00:00+00:00")
    original.execute(protocol.Start())
    original.train(0.02)
    document = msgspec.msgpack.decode(original.checkpoint())
    document["version"] = version
    document["history"]["specs"] = [document["spec"]]  # which the present one cannot read
    if version is None:
        del document["version"]
    return original.document()["spec"], msgspec.msgpack.encode(document)


@pytest.mark.parametrize("version", [None, checkpoint.VERSION - 1])
def test_a_run_that_an_earlier_version_kept_begins_again(version: int | None) -> None:
    spec, data = kept(version)
    begun = Training.restore("r", data)
    document = begun.document()
    assert (document["state"], document["step"], document["generation"]) == ("paused", 0, 1)
    assert document["spec"] == spec
    assert [change["label"] for change in document["changes"]] == ["begun again: kept by an earlier version"]
    begun.execute(protocol.Start())
    begun.train(0.02)
    assert Training.restore("r", begun.checkpoint()).document() == begun.document()


def test_what_a_later_version_kept_is_refused_and_so_is_what_this_one_should_be_able_to_read() -> None:
    with pytest.raises(Conflict, match="later version"):
        Training.restore("r", kept(checkpoint.VERSION + 1)[1])
    with pytest.raises(msgspec.ValidationError):
        Training.restore("r", kept(checkpoint.VERSION)[1])
