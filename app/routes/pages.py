"""The page, and the files it loads."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from app import __version__

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


templates = Jinja2Templates(find_directory("templates"))


@router.api_route("/", methods=["GET", "HEAD"])
async def playground(request: Request) -> Response:
    state = request.app.state
    context = {"nonce": request.state.nonce, "version": __version__, "boot_id": state.manager.server}
    return templates.TemplateResponse(request, "playground.html", context, headers={"Cache-Control": "no-cache"})
