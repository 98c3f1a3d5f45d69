"""Checkpoints of other versions: their specification is all that is read of them."""

import msgspec
import pytest

from app import protocol
from app.runs import checkpoint
from app.runs.training import Training
from engine.spec import RunSpec


@pytest.mark.parametrize("version", [None, checkpoint.VERSION + 1])
def test_a_run_that_another_version_kept_begins_again(version: int | None) -> None:
    original = Training.create("r", RunSpec.from_dict({"layers": [{"units": 3}]}), None, "2026-11-20T00:00:00+00:00")
    original.execute(protocol.Start())
    original.train(0.02)
    kept = msgspec.msgpack.decode(original.checkpoint())
    kept["version"] = version
    kept["history"]["specs"] = [kept["spec"]]  # as something that this version cannot read
    if version is None:
        del kept["version"]
    begun = Training.restore("r", msgspec.msgpack.encode(kept))
    document = begun.document()
    assert (document["state"], document["step"], document["generation"]) == ("paused", 0, 1)
    assert document["spec"] == original.document()["spec"]
    assert [change["label"] for change in document["changes"]] == ["begun again: kept by another version"]
    begun.execute(protocol.Start())
    begun.train(0.02)
    assert Training.restore("r", begun.checkpoint()).document() == begun.document()
