"""For machines that watch: is it alive, and how is it doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import __version__, schemas
from app.answers import JsonResponse
from app.errors import Unavailable
from app.metrics import CONTENT_TYPE
from app.openapi import problems

router = APIRouter(tags=["health"])


@router.get(
    "/health",
    summary="Is the server alive?",
    responses={200: {"model": schemas.Health, "description": "It is."}, **problems()},
)
async def health(request: Request) -> Response:
    stats = request.app.state.manager.stats()
    alive = {"status": "ok", "version": __version__, "workers": stats["workers"], "runs": sum(stats["runs"].values())}
    return JsonResponse(alive, headers={"Cache-Control": "no-store"})


@router.get(
    "/ready",
    summary="Can it take work?",
    description="503 while the server shuts down, no process that trains is alive, or the database takes no writes. "
    "Before it has started it does not answer at all.",
    responses={200: {"model": schemas.Ready, "description": "It can."}, **problems(503)},
)
async def ready(request: Request) -> Response:
    reason = request.app.state.manager.unready()
    if reason is not None:
        raise Unavailable(reason, headers={"Retry-After": "1"})
    return JsonResponse({"status": "ready"}, headers={"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus' text format, version 0.0.4."}, **problems()},
)
async def metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.text(), headers={"Content-Type": CONTENT_TYPE})
