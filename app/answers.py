"""Answers: JSON that is always finite, and one problem document for everything that goes wrong.

FastAPI's own handlers repeat the input and answer 500 to a NaN; none of them is left in place.
"""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from app.errors import (
    BY_STATUS,
    MEDIA_TYPE,
    BadRequest,
    FieldError,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from app.field_errors import from_pydantic
from engine.spec import SpecError

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class JsonResponse(Response):
    """JSON by msgspec: fast, and a float that is not finite becomes null."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


def problem_response(problem: Problem) -> Response:
    return Response(problem.encode(), problem.status, problem.headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every exception a route may raise with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(SpecError, _spec_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(ClientDisconnect, _disconnected)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error)


async def _spec_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SpecError)
    return problem_response(Invalid("The specification cannot be run as it is.", error.errors))


async def _invalid_request(request: Request, error: Exception) -> Response:
    """A query or path parameter FastAPI could not read. Its place is `/query/<name>` or `/path/<name>`."""
    assert isinstance(error, RequestValidationError)
    operation = request.app.openapi()["paths"][request.scope["route"].path][request.method.lower()]
    schemas = {(given["in"], given["name"]): given["schema"] for given in operation["parameters"]}
    errors = [
        FieldError("".join(f"/{part}" for part in fault["loc"]), from_pydantic(fault, schemas[tuple(fault["loc"][:2])]))
        for fault in error.errors()[:20]
    ]
    return problem_response(Invalid("Some parameters cannot be used.", errors))


async def _http_exception(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: unknown paths and methods, files that are not there."""
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 401):  # 401 is Starlette's word for a file it may not read
        return problem_response(NotFound("There is nothing at this address."))
    if error.status_code == 405:
        allow = allowed_methods(request.scope, error)
        return problem_response(MethodNotAllowed(f"This address takes {allow}.", headers={"Allow": allow}))
    kind = BY_STATUS.get(error.status_code, BadRequest)
    return problem_response(kind("The request cannot be served.", headers=error.headers))


async def _disconnected(request: Request, error: Exception) -> Response:
    """The client went away before its body was read: nobody sees this answer."""
    return Response(status_code=400)


def allowed_methods(scope: Scope, error: HTTPException) -> str:
    """All methods of all routes at this path; Starlette's own list is that of the first route alone."""
    routes = scope["app"].routes
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return ", ".join(found) or (error.headers or {}).get("Allow", "")
