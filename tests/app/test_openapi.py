"""The OpenAPI document is complete, and says what the engine and the protocol do."""

import re

import msgspec
import pytest
from pydantic import TypeAdapter

from app import layer_schema, optimizer_schema, protocol, schemas, spec_schema
from app.errors import MEDIA_TYPE
from engine import RunSpec, catalog
from engine.hyperparameters import names_in
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.schedules import SCHEDULES
from engine.stopping import STOP_CONDITIONS

BODY_STATUSES = {"400", "413", "415", "422"}
METHODS_WITH_BODY = {"post", "patch"}
WITHOUT_BODY = {"POST /api/v1/session"}


@pytest.fixture(scope="module")
def document(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_address_of_the_interface_is_there(operations):
    run = "/api/v1/runs/{run_id}"
    assert set(operations) == {
        "POST /api/v1/runs",
        "GET /api/v1/runs",
        f"GET {run}",
        f"PATCH {run}",
        f"DELETE {run}",
        f"POST {run}/commands",
        f"GET {run}/probes/{{name}}",
        f"GET {run}/metrics",
        f"GET {run}/export",
        f"POST {run}/forks",
        f"POST {run}/predictions",
        "GET /api/v1/catalog",
        "POST /api/v1/validate",
        "POST /api/v1/images",
        "POST /api/v1/session",
        "POST /api/v1/tokens",
        "GET /health",
        "GET /ready",
        "GET /metrics",
    }


def test_every_operation_says_what_it_does_and_how_it_may_end(operations):
    for name, operation in operations.items():
        assert operation["summary"], name
        responses = operation["responses"]
        assert any(status.startswith("2") for status in responses), name
        assert "403" in responses, name
        for status, response in responses.items():
            assert response["description"], (name, status)
            if status >= "400":
                assert set(response["content"]) == {MEDIA_TYPE}, (name, status)


def test_every_body_is_described_with_its_refusals(operations):
    for name, operation in operations.items():
        has_body = name.split()[0].lower() in METHODS_WITH_BODY and name not in WITHOUT_BODY
        assert ("requestBody" in operation) == has_body, name
        assert (set(operation["responses"]) >= BODY_STATUSES) == has_body, name


def test_every_parameter_has_a_description(operations):
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_property_has_a_description_and_every_input_a_bound(document):
    schemas_ = document["components"]["schemas"]
    assert len(schemas_) > 30
    for name, schema in schemas_.items():
        for property_, described in schema.get("properties", {}).items():
            referred = schemas_.get(described.get("$ref", "").rpartition("/")[2], {})
            assert described.get("description") or referred.get("description"), f"{name}.{property_}"
    inputs = {
        "GeneratedDataset",
        *(model.__name__ for model in layer_schema.LAYERS.values()),
        "Optimizer",
        "Clip",
        "Schedule",
        "Stop",
        "Regularizer",
        "Initializer",
        "Step",
        "Edit",
    }
    for name in inputs:
        for property_, described in schemas_[name]["properties"].items():
            choices = described.get("anyOf", [described])
            for choice in choices:
                if choice.get("type") in ("number", "integer"):
                    assert {"minimum", "maximum"} <= set(choice), f"{name}.{property_}"


def test_every_reference_leads_somewhere(document):
    text = msgspec.json.encode(document).decode()
    for name in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert name in document["components"]["schemas"]
    assert "HTTPValidationError" not in text


def test_the_defaults_are_the_engines():
    described = spec_schema.RunSpec().model_dump(exclude_none=True)
    assert RunSpec.from_dict(described) == RunSpec.from_dict({})


@pytest.mark.parametrize(
    ("names", "described"),
    [
        ("activations", spec_schema.Activation),
        ("features", spec_schema.Feature),
        ("datasets", spec_schema.DatasetName),
        ("losses", spec_schema.RunSpec.model_fields["loss"].annotation),
        ("optimizers", spec_schema.Optimizer.model_fields["kind"].annotation),
        ("clips", optimizer_schema.Clip.model_fields["kind"].annotation),
        ("schedules", optimizer_schema.Schedule.model_fields["kind"].annotation),
        ("regularizers", spec_schema.Regularizer.model_fields["kind"].annotation),
        ("initializers", spec_schema.Initializer.model_fields["kind"].annotation),
    ],
)
def test_the_choices_are_the_catalogs(names, described):
    schema = TypeAdapter(described).json_schema()
    assert schema.get("enum", [schema.get("const")]) == [entry["name"] for entry in catalog()[names]]


def test_the_fields_are_the_engines():
    parts = {
        "dataset": spec_schema.GeneratedDataset,
        "output": spec_schema.Output,
        "regularizer": spec_schema.Regularizer,
        "initializer": spec_schema.Initializer,
    }
    full = RunSpec.from_dict({}).to_dict()
    assert set(full) | {"initial", "pinned", "stop"} == set(spec_schema.RunSpec.model_fields)
    of_some_kinds = {"length", "classes"}
    for name, model in parts.items():
        assert set(full[name]) == set(model.model_fields) - of_some_kinds, name


@pytest.mark.parametrize("entry", catalog()["layers"], ids=lambda entry: entry["name"])
def test_the_layers_are_the_catalogs(document, entry):
    model = layer_schema.LAYERS[entry["name"]]
    schema = document["components"]["schemas"][model.__name__]
    assert set(schema["properties"]) == {"kind", "name", "inputs", "frozen", *(f["name"] for f in entry["fields"])}
    assert schema["properties"]["kind"]["const"] == entry["name"]
    assert schema.get("required", []) == ([] if entry["name"] == "dense" else ["kind"])
    for field in entry["fields"]:
        described = schema["properties"][field["name"]]
        for name, keyword in (("minimum",) * 2, ("maximum",) * 2, ("choices", "enum"), ("default",) * 2):
            assert described.get(keyword) == field.get(name), (field["name"], name)


def test_a_layer_is_told_by_its_kind(document):
    items = document["components"]["schemas"]["RunSpec"]["properties"]["layers"]["items"]
    assert set(items["discriminator"]["mapping"]) == set(layer_schema.LAYERS)
    assert len(items["oneOf"]) == len(layer_schema.LAYERS)


@pytest.mark.parametrize(
    ("model", "table", "common"),
    [
        (optimizer_schema.Optimizer, OPTIMIZERS, {"learning_rate", "clip", "schedule"}),
        (optimizer_schema.Clip, CLIPS, set()),
        (optimizer_schema.Schedule, SCHEDULES, set()),
        (optimizer_schema.Stop, STOP_CONDITIONS, set()),
    ],
)
def test_the_numbers_of_every_kind_are_the_engines(model, table, common):
    described = model.model_json_schema()["properties"]
    assert set(described) - {"kind"} == {*common, *names_in(table)}
    for kind in table.values():
        for number in kind.hyperparameters:
            choice = described[number.name]["anyOf"][0]
            assert choice["minimum"] <= number.bounds.minimum
            assert number.bounds.maximum <= choice["maximum"]
            assert kind.name in described[number.name]["description"] or number.name in ("limit", "warmup", kind.name)


@pytest.mark.parametrize("name", protocol.COMMANDS)
def test_the_commands_are_the_protocols(name):
    model = next(
        model
        for model in (
            schemas.Start,
            schemas.Pause,
            schemas.Step,
            schemas.Reset,
            schemas.NewStart,
            schemas.Speed,
            schemas.SetParameters,
            schemas.Update,
            schemas.Back,
        )
        if model.model_json_schema()["properties"]["command"]["const"] == name
    )
    described = {field: bounds(part) for field, part in model.model_json_schema()["properties"].items()}
    del described["command"]
    spoken = msgspec.json.schema(protocol.COMMANDS[name])
    struct = next(iter(part for key, part in spoken["$defs"].items() if key == protocol.COMMANDS[name].__name__))
    assert described == {field: bounds(part) for field, part in struct["properties"].items() if field != "command"}


def bounds(part):
    """The limits of a property, wherever the two generators write them."""
    choices = part.get("anyOf", [part])
    keys = ("minimum", "maximum", "minItems", "maxItems")
    return {
        key: choice[key] for choice in choices for key in keys if choice.get("type") != "null" and key in choice
    } | ({"default": part["default"]} if part.get("default") is not None else {})
