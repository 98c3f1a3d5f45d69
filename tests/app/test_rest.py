"""Runs over REST, on a real server."""

import time

import httpx
import numpy as np
import pytest

from tests.app.problems import assert_problem
from tests.support.server import ServerProcess

RUNS = "/api/v1/runs"
GONE = "There is no such run on this server. It may have been deleted, or nobody used it for a long time."


def command(client, run, name, **arguments):
    answer = client.post(f"{RUNS}/{run['id']}/commands", json={"command": name, **arguments})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_run_is_created_paused_with_every_default(client):
    answer = client.post(RUNS, json={})
    run = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{RUNS}/{run['id']}"
    assert (run["state"], run["step"], run["epoch"], run["generation"]) == ("paused", 0, 0, 0)
    assert run["spec"]["dataset"] == {
        "kind": "circle",
        "samples": 500,
        "noise": 0.0,
        "train_fraction": 0.5,
        "seed": 1,
    }
    assert run["speed"] == {"epochs_per_second": None}
    assert run["network"]["parameters"] == 25
    assert client.delete(answer.headers["location"]).status_code == 204


def test_a_speed_can_be_given_at_creation(client):
    run = client.post(RUNS, json={"speed": 5}).json()
    assert run["speed"] == {"epochs_per_second": 5.0}
    client.delete(f"{RUNS}/{run['id']}")


def test_a_run_of_layers_without_units_of_their_own_is_listed(client, new_run):
    layers = [{"kind": "convolution", "filters": 2}, {"kind": "max_pooling"}, {"kind": "dropout"}]
    run = new_run(dataset={"kind": "digits", "samples": 20}, features=[], layers=layers)
    listed = client.get(RUNS).json()["runs"]
    assert [other["layers"] for other in listed if other["id"] == run["id"]] == [[72, 18, 18]]


def test_runs_are_listed_read_and_deleted(client, new_run):
    run = new_run(seed=3)
    listed = client.get(RUNS).json()["runs"]
    (short,) = [other for other in listed if other["id"] == run["id"]]
    assert short == {
        **{name: run[name] for name in ("id", "state", "step", "epoch", "generation", "created")},
        "dataset": "circle",
        "layers": [4, 2],
    }
    assert client.get(f"{RUNS}/{run['id']}").json() == run
    assert client.delete(f"{RUNS}/{run['id']}").content == b""
    for method, path in [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/metrics"),
        ("GET", "/export"),
        ("GET", "/probes/losses"),
    ]:
        assert_problem(client.request(method, f"{RUNS}/{run['id']}{path}"), 404, detail=GONE)
    for path, body in [("/commands", {"command": "start"}), ("/predictions", {"points": [[0, 0]]})]:
        assert_problem(client.post(f"{RUNS}/{run['id']}{path}", json=body), 404, detail=GONE)
    assert_problem(client.patch(f"{RUNS}/{run['id']}", json={}), 404, detail=GONE)


def test_the_same_seed_gives_the_same_curve(client, new_run):
    curves = []
    for _ in range(2):
        run = new_run(seed=11, dataset={"kind": "moons"})
        command(client, run, "step", unit="epoch", count=20)
        curves.append(client.get(f"{RUNS}/{run['id']}/metrics").json())
    assert curves[0] == curves[1]
    assert curves[0]["epoch"] == list(range(21))
    assert curves[0]["train"][-1] < curves[0]["train"][0]


def test_a_step_is_answered_when_it_is_done(client, new_run):
    run = new_run()
    assert command(client, run, "step", unit="update", count=3)["step"] == 3
    assert command(client, run, "step")["step"] == 25
    assert command(client, run, "step", unit="epoch", count=2)["epoch"] == 3


def test_a_run_trains_from_start_to_pause(client, new_run):
    run = new_run()
    assert command(client, run, "start")["state"] == "running"
    deadline = time.monotonic() + 10
    while client.get(f"{RUNS}/{run['id']}").json()["step"] < 100:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    paused = command(client, run, "pause")
    assert paused["state"] == "paused"
    time.sleep(0.1)
    assert client.get(f"{RUNS}/{run['id']}").json()["step"] == paused["step"]


def test_reset_goes_back_to_the_same_start_and_new_start_to_another(client, new_run):
    run = new_run(seed=5)
    at = f"{RUNS}/{run['id']}"
    start = client.get(f"{at}/export").json()["parameters"]
    command(client, run, "step", count=3)
    assert client.get(f"{at}/export").json()["parameters"] != start
    again = command(client, run, "reset")
    assert (again["step"], again["generation"]) == (0, 1)
    assert client.get(f"{at}/export").json()["parameters"] == start
    other = command(client, run, "new_start", seed=6)
    assert (other["spec"]["seed"], other["generation"]) == (6, 2)
    assert client.get(f"{at}/export").json()["parameters"] != start


def test_parameters_are_written_by_hand(client, new_run):
    run = new_run(layers=[])
    edits = [
        {"layer": 0, "unit": 0, "input": 0, "value": 1.5},
        {"layer": 0, "unit": 0, "input": None, "value": -0.25},
    ]
    command(client, run, "set_parameters", edits=edits)
    parameters = client.get(f"{RUNS}/{run['id']}/export").json()["parameters"]
    assert (parameters["weights"][0][0][0], parameters["biases"][0][0]) == (1.5, -0.25)


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_a_patch_changes_the_specification(client, new_run, content_type):
    run = new_run()
    command(client, run, "step")
    answer = client.patch(
        f"{RUNS}/{run['id']}",
        content='{"optimizer": {"learning_rate": 0.1}}',
        headers={"content-type": content_type},
    )
    changed = answer.json()
    assert (answer.status_code, changed["spec"]["optimizer"]["learning_rate"]) == (200, 0.1)
    assert (changed["epoch"], changed["generation"]) == (1, 0)
    assert [(change["pointer"], change["from"], change["to"]) for change in changed["changes"]] == [
        ("/optimizer/learning_rate", 0.03, 0.1)
    ]


def test_another_shape_begins_again(client, new_run):
    run = new_run()
    command(client, run, "step")
    changed = command(client, run, "update", patch={"layers": [{"units": 7}]})
    assert (changed["step"], changed["generation"], changed["network"]["parameters"]) == (0, 1, 29)


def test_a_diverged_run_says_why_and_goes_back(client, new_run):
    run = new_run(
        layers=[{"units": 8, "activation": "relu"}] * 3,
        optimizer={"learning_rate": 1000},
        output={"activation": "linear"},
        loss="squared_error",
    )
    diverged = command(client, run, "step", count=50)
    assert diverged["state"] == "diverged"
    assert diverged["diagnosis"]["cause"]
    at = f"{RUNS}/{run['id']}"
    refused = client.post(f"{at}/commands", json={"command": "start"})
    assert_problem(refused, 409)
    assert "NaN" not in client.get(f"{at}/metrics").text
    patch = diverged["diagnosis"]["remedies"][0]["patch"]
    assert command(client, run, "back", patch=patch)["state"] == "paused"


def test_back_needs_a_divergence(client, new_run):
    refused = client.post(f"{RUNS}/{new_run()['id']}/commands", json={"command": "back"})
    detail = "There is nothing to go back from: the run has not diverged. Use reset to begin again."
    assert_problem(refused, 409, detail=detail)


PROBES = [
    ("decision", {}, {"grid": (100, 100)}),
    ("decision", {"resolution": 8, "unit": "0,3"}, {"grid": (8, 8)}),
    ("decision", {"unit": "features,1"}, {"grid": (100, 100)}),
    ("units", {"resolution": 16}, {"grid": (7, 16, 16), "range": (7, 2)}),
    ("features", {}, {"grid": (9, 32, 32)}),
    ("weights", {}, {"theta": (25,)}),
    ("activations", {"point": "1.5,-2"}, {"features": (2,), "z": (7,), "a": (7,)}),
    ("data", {}, {"train": (250, 3), "test": (250, 3)}),
    ("probabilities", {"part": "train", "example": 3}, {"probabilities": (2,), "outputs": (1,), "predicted": ()}),
    ("probabilities", {"inputs": "1.5,-2"}, {"probabilities": (2,)}),
    ("confusion", {"part": "train"}, {"counts": (2, 2)}),
    ("metrics", {"part": "train"}, {"accuracy": (), "precision": (2,), "recall": (2,), "recall_valid": (2,)}),
    ("answers", {"part": "train"}, {"predicted": (250,), "true": (250,), "outputs": (250,)}),
    ("worst", {"count": 5}, {"index": (5,), "loss": (5,), "predicted": (5,), "true": (5,)}),
    ("histograms", {}, {"shares": (3, 64), "zeros": (3,), "edges": (65,), "dead": (3,), "unit_dead": (7,)}),
    ("gradients", {}, {"shares": (3, 64), "norms": (3,)}),
    ("feature_maps", {"example": 249}, {"inputs": (2,), "values": (7,)}),
    ("optimizer", {}, {}),
    ("landscape", {"resolution": 5, "reach": 0.5, "seed": 3}, {"losses": (5, 5), "first": (5,), "finite": (5, 5)}),
    ("landscape", {"directions": "parameters", "first": 2, "second": 24}, {"losses": (21, 21)}),
    ("codes", {"layer": 0, "count": 20}, {"codes": (20, 4), "labels": (20,)}),
    ("warp", {"resolution": 8, "unit": "0,1", "other": "0,3"}, {"places": (8, 8, 2)}),
]


@pytest.mark.parametrize(("name", "options", "shapes"), PROBES)
def test_every_view_is_read_as_numbers(client, new_run, name, options, shapes):
    answer = client.get(f"{RUNS}/{new_run()['id']}/probes/{name}", params=options)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert (view["step"], view["epoch"]) == (0, 0)
    for array, shape in shapes.items():
        found = view["arrays"][array]
        assert tuple(found["shape"]) == shape
        assert np.asarray(found["data"]).shape == shape


@pytest.mark.parametrize("name", ["losses", "accuracy"])
def test_scores_are_views_too(client, new_run, name):
    run = new_run()
    arrays = client.get(f"{RUNS}/{run['id']}/probes/{name}").json()["arrays"]
    assert {key: array["data"] for key, array in arrays.items()} == pytest.approx(run[name])


def test_a_past_step_is_seen_as_it_was_and_a_fork_goes_on_from_it(client, new_run):
    run = new_run(seed=5)
    at = f"{RUNS}/{run['id']}"
    command(client, run, "step", unit="update", count=40)
    was = client.get(f"{at}/probes/decision", params={"resolution": 10}).json()
    command(client, run, "step", unit="update", count=60)
    past = client.get(f"{at}/probes/decision", params={"resolution": 10, "step": 40}).json()
    assert past == was
    assert past != client.get(f"{at}/probes/decision", params={"resolution": 10}).json()
    answer = client.post(f"{at}/forks", json={"step": 40})
    assert answer.status_code == 201
    fork = answer.json()
    assert answer.headers["location"] == f"{RUNS}/{fork['id']}"
    assert (fork["step"], fork["state"], fork["id"] != run["id"]) == (40, "paused", True)
    command(client, fork, "step", unit="update", count=60)
    assert client.get(f"{RUNS}/{fork['id']}/export").json() == client.get(f"{at}/export").json()
    client.delete(f"{RUNS}/{fork['id']}")


@pytest.mark.parametrize("body", [{}, {"step": -1}, {"step": 1.5}, {"step": True}, {"step": 0, "more": 1}])
def test_a_fork_needs_a_step(client, new_run, body):
    answer = client.post(f"{RUNS}/{new_run()['id']}/forks", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] in ("/step", "/more")


def test_an_export_starts_the_same_network_elsewhere(client, new_run):
    run = new_run(dtype="float64")
    command(client, run, "step", count=5)
    at = f"{RUNS}/{run['id']}"
    export = client.get(f"{at}/export").json()
    copy = new_run(**export["spec"] | {"initial": export["parameters"]})
    points = {"points": [[0, 0], [1, -2], [5.5, 5.5]]}
    expected = client.post(f"{at}/predictions", json=points).json()
    assert client.post(f"{RUNS}/{copy['id']}/predictions", json=points).json() == expected
    assert export["curve"] == client.get(f"{at}/metrics").json()


def test_predictions_name_the_classes_as_they_were_given(client, new_run):
    train = [[-2, -2, "cat"], [-3, -1, "cat"], [2, 2, "dog"], [3, 1, "dog"]]
    run = new_run(dataset={"kind": "points", "task": "classification", "train": train}, batch_size=2)
    command(client, run, "step", count=500)
    answer = client.post(f"{RUNS}/{run['id']}/predictions", json={"points": [[-2, -2], [2, 2]]}).json()
    assert answer["classes"] == ["cat", "dog"]
    assert np.shape(answer["outputs"]) == (2, 1)


def test_regressions_have_no_classes_and_no_accuracy(client, new_run):
    run = new_run(dataset={"kind": "plane"})
    assert run["accuracy"] is None
    answer = client.post(f"{RUNS}/{run['id']}/predictions", json={"points": [[0, 0]]}).json()
    assert answer.get("classes") is None


def test_the_last_place_is_refused():
    with ServerProcess(max_runs=2, workers=1, log_level="warning") as small:
        url = f"{small.base_url}{RUNS}"
        for _ in range(2):
            run = httpx.post(url, json={}).json()
            assert httpx.post(f"{url}/{run['id']}/commands", json={"command": "start"}).status_code == 200
        refused = httpx.post(url, json={})
        assert_problem(refused, 503, detail="The server runs 2 networks at once and all are in use. Try again later.")
        assert refused.headers["retry-after"] == "60"
