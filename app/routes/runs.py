"""Runs over REST: create, read, change, command, and read every view as numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app import protocol, schemas
from app.answers import JsonResponse
from app.body import JSON, MERGE_PATCH, read_json, read_object
from app.errors import FieldError, Invalid
from app.openapi import BODY, problems, request_body
from app.probe_options import Probes
from app.routes.owner import runs_of
from app.routes.probe_query import PastStep, probe_options
from app.visitors import visitor_of
from engine.spec import SpecError

router = APIRouter(prefix="/api/v1/runs", tags=["runs"])

PROBES = Probes.__struct_fields__

RunId = Annotated[str, Path(description="The run's `id`.", examples=["r1"])]
ProbeName = Annotated[
    str,
    Path(
        description="`losses`, `accuracy`; `decision`: what the output, or one unit, says over the plane; `units`: the "
        "same for every unit, coarser; `features`; `weights`; `activations`: every unit's value at one point; `data`; "
        "and many more: see docs/rest.md.",
        json_schema_extra={"enum": list(PROBES)},
    ),
]


@contextlib.contextmanager
def errors_below(place: str, instead_of: str = "") -> Iterator[None]:
    """Problems raised inside name places in a part of the request: put `place` before their pointers."""
    try:
        yield
    except (Invalid, SpecError) as error:
        errors = [FieldError(place + fault.pointer.removeprefix(instead_of), fault.message) for fault in error.errors]
        raise Invalid("Some values cannot be used.", errors) from None


@router.post(
    "",
    status_code=201,
    summary="Create a run",
    description="The run is created paused at step 0. Its address is in the header `Location`.",
    responses={
        201: {
            "model": schemas.Run,
            "description": "The new run.",
            "headers": {"Location": {"description": "Its address.", "schema": {"type": "string"}}},
        },
        **problems(*BODY, 503, 507),
    },
    openapi_extra=request_body(schemas.CreateRun),
)
async def create_run(request: Request) -> Response:
    body = await read_object(request, ("spec", "speed"))
    speed = body.get("speed")
    with errors_below("/speed"):
        protocol.convert(speed, protocol.EpochsPerSecond | None)
    visitor = visitor_of(request)
    await request.app.state.rates.require_creation(visitor.owner, visitor.address)
    with errors_below("/spec"):
        run = await runs_of(request).create(body.get("spec", {}), speed)
    return JsonResponse(run, 201, {"Location": f"/api/v1/runs/{run['id']}"})


@router.get(
    "",
    summary="List the runs",
    responses={200: {"model": schemas.RunList, "description": "Every run in short, oldest first."}, **problems()},
)
async def list_runs(request: Request) -> Response:
    return JsonResponse({"runs": runs_of(request).list()})


@router.get(
    "/{run_id}",
    summary="Read a run",
    responses={200: {"model": schemas.Run, "description": "The run as it is now."}, **problems(404, 503)},
)
async def get_run(request: Request, run_id: RunId) -> Response:
    return JsonResponse(await runs_of(request).read(run_id))


@router.patch(
    "/{run_id}",
    summary="Change a run's specification",
    description="A JSON merge patch. A change of optimizer, regularizer, batches, or of the data's noise, size, share "
    "or seed keeps the weights and the training goes on; any other begins again at step 0.",
    responses={200: {"model": schemas.Run, "description": "The changed run."}, **problems(*BODY, 404, 409, 503, 507)},
    openapi_extra=request_body(schemas.SpecPatch, MERGE_PATCH, JSON),
)
async def update_run(request: Request, run_id: RunId) -> Response:
    runs = runs_of(request)
    runs.get(run_id)
    patch = await read_json(request, MERGE_PATCH, JSON)
    if not isinstance(patch, dict):
        raise Invalid("The body cannot be used.", [FieldError("", "Give a JSON object.")])
    return JsonResponse(await runs.update(run_id, patch))


@router.delete(
    "/{run_id}",
    status_code=204,
    summary="Delete a run",
    responses={204: {"description": "The run is gone."}, **problems(404, 503, 507)},
)
async def delete_run(request: Request, run_id: RunId) -> Response:
    await runs_of(request).delete(run_id)
    return Response(status_code=204)


@router.post(
    "/{run_id}/commands",
    summary="Command a run",
    description="Start, pause, step, begin again, set the speed, write parameters, change the specification, or go "
    "back after a divergence. The answer comes when the command is done.",
    responses={
        200: {"model": schemas.Run, "description": "The run after the command."},
        **problems(*BODY, 404, 409, 503, 507),
    },
    openapi_extra=request_body(schemas.Command),
)
async def command_run(request: Request, run_id: RunId) -> Response:
    runs = runs_of(request)
    runs.get(run_id)
    body = await read_json(request)
    if not isinstance(body, dict):
        raise Invalid("The body cannot be used.", [FieldError("", 'Give a JSON object, such as {"command": "start"}.')])
    return JsonResponse(await runs.command(run_id, body.pop("command", None), body))


@router.get(
    "/{run_id}/probes/{name}",
    summary="Read a view as numbers",
    responses={
        200: {"model": schemas.Probe, "description": "The view at the current step."},
        **problems(404, 422, 503),
    },
)
async def probe_run(
    request: Request,
    run_id: RunId,
    name: ProbeName,
    options: Annotated[dict[str, Any], Depends(probe_options)],
    step: PastStep = None,
) -> Response:
    with errors_below("/query", instead_of=f"/{name}"):
        return JsonResponse(await runs_of(request).probe(run_id, name, options, step))


@router.get(
    "/{run_id}/metrics",
    summary="Read the loss curves",
    responses={200: {"model": schemas.Curve, "description": "Columns of equal length."}, **problems(404, 503)},
)
async def read_metrics(request: Request, run_id: RunId) -> Response:
    return JsonResponse(await runs_of(request).metrics(run_id))


@router.get(
    "/{run_id}/export",
    summary="Export a run",
    responses={
        200: {"model": schemas.Export, "description": "Specification, parameters and curve."},
        **problems(404, 503),
    },
)
async def export_run(request: Request, run_id: RunId) -> Response:
    return JsonResponse(await runs_of(request).export(run_id))


@router.post(
    "/{run_id}/forks",
    status_code=201,
    summary="Fork a run",
    description="Makes another run, paused at a past step of this one; from there it goes on as this one did, until "
    "something is changed. A step that would take too long to reach is answered by the nearest one before it.",
    responses={
        201: {"model": schemas.Run, "description": "The new run."},
        **problems(*BODY, 404, 503, 507),
    },
    openapi_extra=request_body(schemas.Fork),
)
async def fork_run(request: Request, run_id: RunId) -> Response:
    runs = runs_of(request)
    runs.get(run_id)
    body = await read_object(request, ("step",))
    with errors_below("/step"):
        step = protocol.convert(body.get("step"), protocol.PastStep)
    visitor = visitor_of(request)
    await request.app.state.rates.require_creation(visitor.owner, visitor.address)
    run = await runs.fork(run_id, step)
    return JsonResponse(run, 201, {"Location": f"/api/v1/runs/{run['id']}"})


@router.post(
    "/{run_id}/predictions",
    summary="Ask the network",
    responses={
        200: {"model": schemas.Predictions, "description": "The network's outputs at the points."},
        **problems(*BODY, 404, 503),
    },
    openapi_extra=request_body(schemas.PredictionRequest),
)
async def predict(request: Request, run_id: RunId) -> Response:
    runs = runs_of(request)
    runs.get(run_id)
    body = await read_object(request, ("points",))
    return JsonResponse(await runs.predict(run_id, body.get("points")))
