"""What strangers send over REST, each with its exact answer. Nothing here may be a 500, and nothing is echoed."""

import json
import socket
import time

import httpx
import pytest

from app.probe_options import Probes
from tests.app.problems import assert_problem

RUNS = "/api/v1/runs"
CUT = "Some values cannot be used."


def create(client, spec):
    return client.post(RUNS, json={"spec": spec})


def raw(client, body, path=RUNS, method="POST", content_type="application/json"):
    return client.request(method, path, content=body, headers={"content-type": content_type})


WRONG_SPECS = [
    (
        {"batchsize": 3},
        ("/spec/batchsize", "Did you mean batch_size"),
    ),
    ({"optimizer": {"learning_rate": True}}, ("/spec/optimizer/learning_rate", "this is true or false")),
    ({"optimizer": {"learning_rate": "0.1"}}, ("/spec/optimizer/learning_rate", "this is a text")),
    ({"optimizer": {"learning_rate": 0}}, ("/spec/optimizer/learning_rate", "this is too small")),
    ({"regularizer": {"rate": -1}}, ("/spec/regularizer/rate", "this is too small")),
    ({"batch_size": -1}, ("/spec/batch_size", "this is too small")),
    ({"batch_size": 10**18}, ("/spec/batch_size", "this is too large")),
    ({"batch_size": 1.5}, ("/spec/batch_size", "this has a fraction")),
    ({"dataset": {"samples": 10**9}}, ("/spec/dataset/samples", "this is too large")),
    ({"dataset": {"noise": None}}, ("/spec/dataset/noise", "this is null")),
    ({"dataset": {"kind": "cirle"}}, ("/spec/dataset/kind", "Did you mean circle")),
    ({"dataset": []}, ("/spec/dataset", "this is a list")),
    ({"layers": [{"units": 10**9}]}, ("/spec/layers/0/units", "this is too large")),
    ({"layers": [{}] * 17}, ("/spec/layers", "this list is too long")),
    ({"layers": [{"units": 512}] * 16}, ("/spec/layers", "parameters")),
    ({"layers": [{"inputs": ["layer2"]}, {}]}, ("/spec/layers/0/inputs/0", "layers that come before it")),
    ({"features": []}, ("/spec/features", "this list is too short")),
    ({"features": ["x1", "x1"]}, ("/spec/features/1", "in the list already")),
    ({"seed": 2**32}, ("/spec/seed", "this is too large")),
    ({"dtype": "float16"}, ("/spec/dtype", "Choose one of float32, float64")),
    ({"dataset": {"kind": "points", "train": []}}, ("/spec/dataset/train", "this list is too short")),
    ({"dataset": {"kind": "points", "train": [[0, 0]]}}, ("/spec/dataset/train/0", "three values")),
    ({"dataset": {"kind": "points", "train": [[0, 0, 0], [1, 1, "a"]]}}, ("/spec/dataset/train", "the same way")),
    ({"initial": {"weights": []}}, ("/spec/initial/biases", "Give the biases too")),
]


@pytest.mark.parametrize(("spec", "error"), WRONG_SPECS, ids=[json.dumps(spec)[:60] for spec, _ in WRONG_SPECS])
def test_a_wrong_specification_is_refused_by_its_place(client, spec, error):
    answer = create(client, spec)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    pointer, message = error
    assert pointer in [found["pointer"] for found in errors]
    assert message in next(found["message"] for found in errors if found["pointer"] == pointer)
    assert len(answer.content) <= 4096


@pytest.mark.parametrize("spec", [None, [], "circle", 1, True])
def test_a_specification_is_an_object(client, spec):
    answer = create(client, spec)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/spec"]


def test_everything_wrong_is_said_at_once(client):
    spec = {"batch_size": 0, "shuffle": 1, "seed": -1, "dataset": {"noise": 2}}
    pointers = {error["pointer"] for error in create(client, spec).json()["errors"]}
    assert pointers == {"/spec/batch_size", "/spec/shuffle", "/spec/seed", "/spec/dataset/noise"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (RUNS, '{"spec": {"optimizer": {"learning_rate": %s}}}', "/spec/optimizer/learning_rate"),
        (RUNS, '{"speed": %s}', "/speed"),
        ("/api/v1/validate", '{"spec": {"dataset": {"noise": %s}}}', "/spec/dataset/noise"),
    ],
)
def test_a_number_that_is_not_finite_is_refused(client, number, path, body, pointer):
    answer = raw(client, body % number, path)
    assert_problem(answer, 422, (pointer, "This must be a finite number, not NaN or infinity."), detail=CUT)


def test_malformed_json_is_refused_by_line_and_column(client):
    answer = raw(client, '{"spec": {\n  "seed": 1,\n}}')
    detail = "The body is not valid JSON: Illegal trailing comma before end of object at line 2, column 12."
    assert answer.status_code == 400
    assert answer.json()["detail"] in (
        detail,
        "The body is not valid JSON: Expecting property name enclosed in double quotes at line 3, column 1.",
    )
    assert_problem(raw(client, ""), 400, detail="The body is not valid JSON: Expecting value at line 1, column 1.")


def test_another_encoding_is_refused(client):
    answer = raw(client, '{"spec": {}}'.encode("utf-16"))
    assert_problem(answer, 400, detail="The body is not UTF-8 text: byte 1 does not fit. Send UTF-8.")


@pytest.mark.parametrize("depth", [33, 1000, 200_000])
def test_deep_nesting_is_refused(client, depth):
    answer = raw(client, '{"spec":' + "[" * depth + "]" * depth + "}")
    detail = "The body is nested deeper than 32 levels. Use a flatter document."
    assert_problem(answer, 400, detail=detail)


def test_five_megabytes_are_refused_and_not_repeated(client):
    answer = raw(client, json.dumps({"spec": {"dtype": "x" * 5_000_000}}))
    assert_problem(answer, 413, detail="The body is longer than 2000000 bytes. Send fewer points.")


def test_a_long_string_is_not_repeated(client):
    answer = create(client, {"dtype": "x" * 1_900_000})
    assert answer.status_code == 422
    assert len(answer.content) < 1000
    assert "xxx" not in answer.text


def test_a_long_name_is_cut_in_its_pointer(client):
    answer = create(client, {"x" * 1_900_000: 1})
    assert answer.status_code == 422
    assert len(answer.content) < 1000


def test_thousands_of_errors_fit_into_four_kilobytes(client):
    answer = create(client, {f"unknown field number {index}": index for index in range(5000)})
    assert answer.status_code == 422
    assert len(answer.content) <= 4096
    assert answer.json()["detail"].endswith("more not listed.)")


def test_an_endless_body_is_refused_before_it_ends(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        head = f"POST {RUNS} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"[" * 0x10000 + b"\r\n"
        sent = 0
        try:
            for _ in range(1000):
                connection.sendall(chunk)
                sent += 0x10000
        except OSError:
            pass
        assert sent < 40_000_000
    assert httpx.get(f"{server.base_url}/health").status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_cannot_write(client, content_type):
    answer = raw(client, "{}", content_type=content_type)
    assert_problem(answer, 415, detail="Send the body with Content-Type: application/json, in UTF-8.")


COMMANDS = [
    ({}, ("/command", None)),
    ({"command": "fly"}, ("/command", None)),
    ({"command": ["start"]}, ("/command", None)),
    ({"command": "start", "now": True}, ("/now", "There is no such field. Remove it.")),
    ({"command": "step", "count": 0}, ("/count", "Give a whole number from 1 to 10000.")),
    ({"command": "step", "count": 10**9}, ("/count", "Give a whole number from 1 to 10000.")),
    ({"command": "step", "count": True}, ("/count", "Give a whole number from 1 to 10000.")),
    ({"command": "step", "unit": "year"}, ("/unit", None)),
    ({"command": "speed"}, ("/epochs_per_second", "This field is required.")),
    ({"command": "speed", "epochs_per_second": -1}, ("/epochs_per_second", None)),
    ({"command": "new_start", "seed": 2**32}, ("/seed", None)),
    ({"command": "set_parameters", "edits": []}, ("/edits", None)),
    ({"command": "set_parameters", "edits": [{"layer": 0, "unit": 9, "value": 1}]}, ("/edits/0/unit", None)),
    ({"command": "set_parameters", "edits": [{"layer": 9, "unit": 0, "value": 1}]}, ("/edits/0/layer", None)),
    ({"command": "update", "patch": 1}, ("/patch", None)),
    ({"command": "update", "patch": {"seed": -1}}, ("/patch/seed", None)),
    ({"command": "update", "patch": {"optimizer": {"learning_rate": "x"}}}, ("/patch/optimizer/learning_rate", None)),
]


@pytest.mark.parametrize(("body", "error"), COMMANDS, ids=[json.dumps(body)[:60] for body, _ in COMMANDS])
def test_a_wrong_command_is_refused_by_its_place(client, new_run, body, error):
    run = new_run()
    answer = client.post(f"{RUNS}/{run['id']}/commands", json=body)
    assert answer.status_code == 422, answer.text
    (found,) = answer.json()["errors"]
    assert found["pointer"] == error[0]
    assert found["message"]
    assert error[1] in (None, found["message"])
    assert client.get(f"{RUNS}/{run['id']}").json()["spec"] == run["spec"]


QUERIES = [
    ("decision", {"resolution": "7"}, "/query/resolution"),
    ("decision", {"resolution": "201"}, "/query/resolution"),
    ("decision", {"resolution": "NaN"}, "/query/resolution"),
    ("decision", {"unit": "1"}, "/query/unit"),
    ("decision", {"unit": "0,99"}, "/query/unit"),
    ("units", {"resolution": "65"}, "/query/resolution"),
    ("units", {"unit": "0,0"}, "/query/unit"),
    ("activations", {}, "/query/point"),
    ("activations", {"point": "1"}, "/query/point"),
    ("activations", {"point": "1,inf"}, "/query/point"),
    ("activations", {"point": "9999999,0"}, "/query/point/0"),
    ("weights", {"resolution": "10"}, "/query/resolution"),
]


@pytest.mark.parametrize(("name", "query", "pointer"), QUERIES)
def test_a_wrong_option_of_a_view_is_refused(client, new_run, name, query, pointer):
    answer = client.get(f"{RUNS}/{new_run()['id']}/probes/{name}", params=query)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert error["message"].startswith(("Give ", "There is ", "This field ", "This layer ")), error["message"]


def test_an_unknown_view_is_not_found(client, new_run):
    answer = client.get(f"{RUNS}/{new_run()['id']}/probes/aura")
    names = ", ".join(Probes.__struct_fields__)
    assert_problem(answer, 404, detail=f"There is no such probe. Choose one of {names}.")


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        (None, "/points"),
        ([], "/points"),
        ([[0]], "/points/0"),
        ([[0, True]], "/points/0/1"),
        ([[0, 1e7]], "/points/0/1"),
        ([[0, 0]] * 10_001, "/points"),
    ],
)
def test_wrong_points_are_refused_by_their_place(client, new_run, points, pointer):
    answer = client.post(f"{RUNS}/{new_run()['id']}/predictions", json={"points": points})
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("patch", ["[]", "1", '"x"', "null"])
def test_a_patch_is_an_object(client, new_run, patch):
    answer = raw(client, patch, f"{RUNS}/{new_run()['id']}", "PATCH", "application/merge-patch+json")
    assert_problem(answer, 422, ("", "Give a JSON object."))


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api/v1",
        "/api/v2/runs",
        "/api/v1/runs/",
        "/docs",
        "/redoc",
        "/openapi.json",
        "/static/",
        "/static/none.js",
        "/static/../app/main.py",
        "/static/%2e%2e/pyproject.toml",
        "/%00",
        "/static/%00",
        f"/static/{'x' * 5000}",
    ],
)
def test_an_unknown_address_is_not_found(server, path):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 404 ")
    assert json.loads(answer.partition("\r\n\r\n")[2])["detail"] == "There is nothing at this address."


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", RUNS, "GET, POST"),
        ("DELETE", RUNS, "GET, POST"),
        ("POST", f"{RUNS}/x", "GET, PATCH, DELETE"),
        ("GET", f"{RUNS}/x/commands", "POST"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/api/v1/catalog", "GET"),
        ("OPTIONS", "/api/v1/validate", "POST"),
        ("TRACE", "/health", "GET"),
        ("DELETE", "/static/js/main.js", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client, method, path, allow):
    answer = client.request(method, path)
    assert_problem(answer, 405, detail=f"This address takes {allow}.")
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize("path", [RUNS, "/", "/static/js/main.js", "/health"])
def test_a_foreign_host_is_refused_everywhere(client, path):
    answer = client.get(path, headers={"host": "evil.example"})
    assert_problem(
        answer,
        403,
        detail="This server is not reached under that Host. Open it as localhost, "
        "or name the host in NEURONPARK_ALLOWED_HOSTS.",
    )


def test_a_page_from_elsewhere_cannot_write(client):
    before = len(client.get(RUNS).json()["runs"])
    answer = client.post(RUNS, json={}, headers={"origin": "http://evil.example"})
    assert_problem(
        answer,
        403,
        detail="This request comes from a page of another origin. Only pages of this server may send it.",
    )
    assert len(client.get(RUNS).json()["runs"]) == before


def test_refusals_carry_the_security_headers(client):
    for answer in (client.get("/nothing"), client.get("/", headers={"host": "evil.example"})):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_ten_thousand_points_are_taken_quickly(client, new_run):
    train = [[index % 97 / 10, index % 89 / 10, index % 2] for index in range(10_000)]
    begin = time.perf_counter()
    run = new_run(dataset={"kind": "points", "task": "classification", "train": train})
    assert run["state"] == "paused"
    assert time.perf_counter() - begin < 10
