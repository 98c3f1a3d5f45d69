"""What can be chosen, and whether a choice works: nothing here touches a run."""

from __future__ import annotations

import asyncio
import hashlib

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app import schemas
from app.answers import JsonResponse
from app.body import JSON, read_object
from app.errors import FieldError, Invalid
from app.openapi import BODY, problems, request_body
from app.runs.headless import check
from engine.catalog import catalog

router = APIRouter(prefix="/api/v1", tags=["catalog"])


class CachedDocument:
    """A document that never changes while the server runs: encoded once, asked for again with its ETag."""

    def __init__(self, document: object) -> None:
        self.body = msgspec.json.encode(document)
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def answer(self, if_none_match: str) -> Response:
        headers = {"ETag": self.etag, "Cache-Control": "no-cache"}
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        if self.etag in known or "*" in known:
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=JSON)


CATALOG = CachedDocument(catalog())


@router.get(
    "/catalog",
    summary="What can be chosen",
    description="Names, labels, explanations, formulas, bounds and defaults of everything a specification can hold.",
    responses={
        200: {"model": schemas.Catalog, "description": "The catalog."},
        304: {"description": "It is still the one whose `ETag` was sent in `If-None-Match`."},
        **problems(),
    },
)
async def get_catalog(request: Request) -> Response:
    return CATALOG.answer(request.headers.get("if-none-match", ""))


@router.post(
    "/validate",
    summary="Check a specification",
    description="Answers 200 whether or not it can be run, and lists everything that is wrong at once.",
    responses={
        200: {"model": schemas.Validation, "description": "Whether it can be run, and its cost."},
        **problems(*BODY),
    },
    openapi_extra=request_body(schemas.ValidationRequest),
)
async def validate(request: Request) -> Response:
    body = await read_object(request, ("spec",))
    if "spec" not in body:
        raise Invalid("There is nothing to check.", [FieldError("/spec", "This field is required.")])
    return JsonResponse(await asyncio.to_thread(check, body["spec"]))
