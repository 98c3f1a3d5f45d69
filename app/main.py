"""The application: what is mounted where, behind which guards, and what lives as long as it does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from app import __version__, answers, openapi
from app.metrics import Metrics
from app.observe import Observe
from app.rates import LimitedRates, Rates
from app.routes import access, catalog, health, images, pages, runs, sockets
from app.runs.manager import RunManager
from app.security import FIXED_HEADERS, HOSTED_HEADERS, HostAndOrigin, SecurityHeaders, allowed_names
from app.settings import Settings
from app.signing import Signatures
from app.upload import Room
from app.visitors import Visitors

GZIP_LEVEL = 6
GZIP_FROM = 1000
UPLOADS_AT_ONCE = 8
DECODED_AT_ONCE = 1
"""Decoding an image takes up to some hundred megabytes for a moment; the others wait their turn."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with its own manager, which starts and stops with it."""
    settings = settings or Settings()
    manager = RunManager(settings)
    metrics = Metrics(manager.stats)
    rates = LimitedRates(settings) if settings.is_hosted else Rates()
    signatures = Signatures(settings.secret_key.get_secret_value(), settings.session_lifetime)
    guards = (
        hosted_guards(settings, metrics, signatures, rates) if settings.is_hosted else local_guards(settings, metrics)
    )
    app = FastAPI(
        title="Neuron Park",
        version=__version__,
        openapi_url=openapi.PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[
            *guards,
            Middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=GZIP_LEVEL),
        ],
    )
    app.state.settings = settings
    app.state.manager = manager
    app.state.metrics = metrics
    app.state.rates = rates
    app.state.signatures = signatures
    app.state.upload_room = Room(UPLOADS_AT_ONCE * settings.max_images_body)
    app.state.decoding = asyncio.Semaphore(DECODED_AT_ONCE)
    answers.install(app)
    openapi.install(app)
    for module in (pages, runs, catalog, images, access, health, sockets):
        app.include_router(module.router)
    app.include_router(health.router, prefix="/api/v1", include_in_schema=False)
    app.mount("/static", pages.RevalidatedFiles(directory=pages.find_directory("static")), "static")
    return app


def local_guards(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """Whoever reaches the server may use it; pages from elsewhere may not."""
    return [
        Middleware(SecurityHeaders, fixed=FIXED_HEADERS),
        Middleware(Observe, metrics=metrics),
        Middleware(HostAndOrigin, names=allowed_names(settings)),
    ]


def hosted_guards(settings: Settings, metrics: Metrics, signatures: Signatures, rates: Rates) -> list[Middleware]:
    """Everybody is somebody, by a session or a token, and may do so much and no more."""
    return [
        Middleware(SecurityHeaders, fixed=HOSTED_HEADERS, public_host=urlsplit(settings.public_url).netloc),
        Middleware(Observe, metrics=metrics),
        Middleware(
            HostAndOrigin, names=allowed_names(settings), public_origin=settings.public_url, requires_origin=True
        ),
        Middleware(Visitors, settings=settings, signatures=signatures, rates=rates),
    ]


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Workers start before the first request and are gone when the last one has been answered.

    What is yielded every connection finds in its state.
    """
    manager: RunManager = app.state.manager
    metrics: Metrics = app.state.metrics
    await manager.start()
    try:
        async with metrics.watching_the_loop():
            yield {"counts": manager.counts}
    finally:
        await manager.stop()
