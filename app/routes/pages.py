"""The page, and the files it loads."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from app import __version__
from app.assembly import assemble_script, assemble_style

SHEETS = (
    "css/fonts.css",
    "css/tokens.css",
    "css/base.css",
    "css/buttons.css",
    "css/inputs.css",
    "css/select.css",
    "css/overlays.css",
    "vendor/uplot.css",
    "css/layout.css",
    "css/narrow.css",
    "css/touch.css",
    "css/network.css",
    "css/plot.css",
    "css/explain.css",
    "css/views-narrow.css",
    "css/data.css",
    "css/owndata.css",
    "css/data-narrow.css",
    "css/large.css",
)
PACKAGE = Path(__file__).resolve().parent.parent

router = APIRouter(include_in_schema=False)


def find_directory(name: str, package: Path = PACKAGE) -> Path:
    """`static` or `templates`: beside the package in a checkout, inside it when installed."""
    checkout = package.parent
    place = (checkout if (checkout / "pyproject.toml").is_file() else package) / name
    if place.is_dir():
        return place
    raise FileNotFoundError(f"The folder {place} is missing. Install neuronpark again.")


class RevalidatedFiles(StaticFiles):
    """Static files that a browser keeps and asks about each time, so that an upgrade is seen at once."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Assembled:
    """A text made of static files, made anew when one of them has changed."""

    def __init__(self, folder: Path, media_type: str, make: Callable[[Path], str]) -> None:
        self._folder = folder
        self._media_type = media_type
        self.make = make
        self._kept = lru_cache(maxsize=1)(lambda state: make(folder))

    def answer(self, known: str | None) -> Response:
        """The text, or 304 for a browser that knows it by its entity tag."""
        times = [path.stat().st_mtime_ns for path in self._folder.rglob("*.[cj]s*")]
        text = self._kept((max(times), len(times)))
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if known is not None and known.removeprefix("W/") == etag:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type=self._media_type, headers=headers)


static = find_directory("static")
script = Assembled(static, "text/javascript", lambda folder: assemble_script(folder, "js/main.js"))
style = Assembled(static, "text/css", lambda folder: assemble_style(folder, SHEETS))
templates = Jinja2Templates(find_directory("templates"))


@router.api_route("/", methods=["GET", "HEAD"])
async def playground(request: Request) -> Response:
    state = request.app.state
    context = {"nonce": request.state.nonce, "version": __version__, "boot_id": state.manager.server}
    return templates.TemplateResponse(request, "playground.html", context, headers={"Cache-Control": "no-cache"})


@router.api_route("/static/assembled/page.js", methods=["GET", "HEAD"])
def assembled_script(request: Request) -> Response:
    return script.answer(request.headers.get("if-none-match"))


@router.api_route("/static/assembled/page.css", methods=["GET", "HEAD"])
def assembled_style(request: Request) -> Response:
    return style.answer(request.headers.get("if-none-match"))
