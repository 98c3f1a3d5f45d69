"""The application: what is mounted where, behind which guards, and what lives as long as it does."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from app import __version__, answers, openapi
from app.metrics import Metrics
from app.observe import Observe
from app.routes import catalog, health, pages, runs, sockets
from app.runs.manager import RunManager
from app.security import HostAndOrigin, SecurityHeaders, allowed_names
from app.settings import Settings

GZIP_LEVEL = 6
GZIP_FROM = 1000


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with its own manager, which starts and stops with it."""
    settings = settings or Settings()
    manager = RunManager(settings)
    metrics = Metrics(manager.stats)
    app = FastAPI(
        title="Neuron Park",
        version=__version__,
        openapi_url=openapi.PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Observe, metrics=metrics),
            Middleware(HostAndOrigin, names=allowed_names(settings)),
            Middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=GZIP_LEVEL),
        ],
    )
    app.state.settings = settings
    app.state.manager = manager
    app.state.metrics = metrics
    answers.install(app)
    openapi.install(app)
    for module in (pages, runs, catalog, health, sockets):
        app.include_router(module.router)
    app.include_router(health.router, prefix="/api/v1", include_in_schema=False)
    app.mount("/static", pages.RevalidatedFiles(directory=pages.find_directory("static")), "static")
    return app


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Workers start before the first request and are gone when the last one has been answered."""
    manager: RunManager = app.state.manager
    metrics: Metrics = app.state.metrics
    await manager.start()
    try:
        async with metrics.watching_the_loop():
            yield
    finally:
        await manager.stop()
