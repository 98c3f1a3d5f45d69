"""The pages, and the files they load."""

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
from app.errors import NotFound
from app.labs import LABS, find_lab

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
    "css/nav.css",
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


def lab_sheets(folder: Path) -> tuple[str, ...]:
    """The style sheets of the labs alone: all that the playground does not load, those for narrow screens last."""
    names = {f"css/{path.name}" for path in (folder / "css").glob("*.css")} - set(SHEETS)
    return tuple(sorted(names, key=lambda name: (name.endswith("-narrow.css"), name)))


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
assembled = {
    "page.js": Assembled(static, "text/javascript", lambda folder: assemble_script(folder, "js/main.js")),
    "page.css": Assembled(static, "text/css", lambda folder: assemble_style(folder, SHEETS)),
    "labs.js": Assembled(static, "text/javascript", lambda folder: assemble_script(folder, "js/labs/main.js")),
    "labs.css": Assembled(static, "text/css", lambda folder: assemble_style(folder, lab_sheets(folder))),
}
templates = Jinja2Templates(find_directory("templates"))


def page(request: Request, template: str, status: int = 200, **context: object) -> Response:
    """A template as a page that the browser asks about each time."""
    shared = {"nonce": request.state.nonce, "version": __version__, "boot_id": request.app.state.manager.server}
    headers = {"Cache-Control": "no-cache"}
    return templates.TemplateResponse(request, template, shared | context, status, headers)


@router.api_route("/", methods=["GET", "HEAD"])
async def playground(request: Request) -> Response:
    return page(request, "playground.html")


@router.api_route("/labs", methods=["GET", "HEAD"])
async def labs_index(request: Request) -> Response:
    return page(request, "labs/index.html", labs=LABS, documents=[lab.document() for lab in LABS])


@router.api_route("/labs/{name}", methods=["GET", "HEAD"])
async def lab(request: Request, name: str) -> Response:
    """The lab's own template, which holds the text of its steps; of an unknown lab a page that leads to the others."""
    found = find_lab(name)
    if found is None:
        return page(request, "labs/missing.html", 404)
    return page(request, f"labs/{name}.html", lab=found, documents=[found.document()])


@router.api_route("/static/assembled/{name}", methods=["GET", "HEAD"])
def assembled_file(request: Request, name: str) -> Response:
    if name not in assembled:
        raise NotFound("There is nothing at this address.")
    return assembled[name].answer(request.headers.get("if-none-match"))
