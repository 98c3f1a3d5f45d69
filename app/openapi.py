"""The OpenAPI document: bodies are read by `app.body`, so that FastAPI has to be told of them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app import __version__, schemas
from app.body import JSON
from app.errors import BY_STATUS, MEDIA_TYPE
from app.visitors import API, COOKIE, OPEN_TO_ALL

PATH = "/api/v1/openapi.json"
REFERENCE = "#/components/schemas/"
DESCRIPTION = """Create runs, drive them and read every view of them as numbers.

A *run* is one network in training, described completely by its *specification*. Every error is a problem document
(RFC 9457) that lists wrong values by their JSON pointer. Addresses without `/api/v1` serve machines that watch.
A hosted server asks everybody else for a session or a token, and answers 404 for the runs of others.
"""
MEANINGS = {
    400: "The body cannot be read: it is not JSON, or nested too deep, or a form that is cut short.",
    401: "On a hosted server: there is no session and no token, or the token does not hold.",
    403: "The Host is not this server's, or another origin's page sent the request.",
    404: "There is no such run or view.",
    409: "The run's state does not allow it.",
    413: "The body is too long.",
    415: "The body's content type is not one that is read here.",
    422: "Some values are wrong; `errors` says which.",
    429: "On a hosted server: more than one session or address may ask for; `Retry-After` says how long to wait.",
    503: "No room for another run, or the run's worker is being replaced, or the database is busy.",
    507: "The server's disk is full; what was asked is not saved yet.",
}
BODY = (400, 413, 415, 422)
REQUEST_MODELS: tuple[type[BaseModel], ...] = (
    schemas.CreateRun,
    schemas.SpecPatch,
    schemas.Command,
    schemas.Fork,
    schemas.PredictionRequest,
    schemas.ValidationRequest,
    schemas.ImageFiles,
    schemas.TokenRequest,
    schemas.ProblemDocument,
)


def request_body(model: type[BaseModel], *types: str) -> dict[str, Any]:
    """`openapi_extra` of a route that reads `model` with `app.body`."""
    schema = {"$ref": REFERENCE + model.__name__}
    content = {media_type: {"schema": schema} for media_type in types or (JSON,)}
    return {"requestBody": {"required": True, "content": content}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: its refusals. 403 is possible everywhere."""
    return {status: _problem(status) for status in sorted({403, *statuses})}


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{REFERENCE}{schemas.ProblemDocument.__name__}"}}}
    return {"description": f"{BY_STATUS[status].title}. {MEANINGS[status]}", "content": content}


def install(app: FastAPI) -> None:
    """Serve the complete document, built once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def build(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document with the request models added and its own unused error models left out."""
    document = get_openapi(
        title="Neuron Park",
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        separate_input_output_schemas=False,
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in REQUEST_MODELS], ref_template=REFERENCE + "{model}"
    )
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components.update(definitions["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _drop_default_422(operation["responses"])
            _add_refusals(path, operation["responses"])
    if app.state.settings.is_hosted:
        _add_security(document)
    return document


def _drop_default_422(responses: dict[str, Any]) -> None:
    """FastAPI promises its own 422 for every route with parameters; ours are listed by `problems`."""
    if JSON in responses.get("422", {}).get("content", {}):
        del responses["422"]


def _add_refusals(path: str, responses: dict[str, Any]) -> None:
    """What `app.visitors` may answer before any route is asked."""
    statuses = (429,) if path in OPEN_TO_ALL else (401, 429) if path.startswith(API) else ()
    responses.update((str(status), _problem(status)) for status in statuses)


def _add_security(document: dict[str, Any]) -> None:
    """How to say who one is, where that is asked for."""
    document["components"]["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "A browser's session, from `POST /api/v1/session`. Writes need the page's `Origin` as well.",
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A script's token, from `POST /api/v1/tokens` or `neuronpark token`.",
        },
    }
    for path, operations in document["paths"].items():
        if path.startswith(API) and path not in OPEN_TO_ALL:
            for operation in operations.values():
                operation["security"] = [{"session": []}, {"token": []}]
