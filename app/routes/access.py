"""Sessions for browsers and tokens for scripts, on a hosted server; a local one has no need of either."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from app import protocol, schemas
from app.answers import JsonResponse
from app.body import read_json
from app.errors import Forbidden, NotFound
from app.openapi import BODY, problems, request_body
from app.signing import new_owner
from app.visitors import session_cookie, visitor_of

router = APIRouter(prefix="/api/v1", tags=["access"])


class TokenRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a token shall be like."""

    lifetime: Annotated[int, Meta(ge=60, le=2_678_400)] = 43_200


@router.post(
    "/session",
    status_code=204,
    summary="Begin a session",
    description="A hosted server gives the browser a cookie, unless it has one that is good. Pages do this first; "
    "scripts use a token instead. A local server has no sessions and answers 204 as well.",
    responses={204: {"description": "There is a session now, or there is no need of one."}, **problems(429)},
)
async def begin_session(request: Request) -> Response:
    visitor = visitor_of(request)
    if visitor.is_known:
        return Response(status_code=204)
    state = request.app.state
    await state.rates.require_creation(visitor.owner, visitor.address)
    cookie = session_cookie(state.signatures.session(new_owner()), state.signatures.session_lifetime)
    return Response(status_code=204, headers={"Set-Cookie": cookie})


@router.post(
    "/tokens",
    status_code=201,
    summary="Make a token for scripts",
    description="With it a script is the same owner as the page that asked: it finds the runs that the page shows. "
    "A local server needs no tokens and answers 404.",
    responses={
        201: {"model": schemas.Token, "description": "The token. The server keeps no copy of it."},
        **problems(*BODY, 404),
    },
    openapi_extra=request_body(schemas.TokenRequest),
)
async def make_token(request: Request) -> Response:
    if not request.app.state.settings.is_hosted:
        raise NotFound("This server is a local one: everything is open to you without a token.")
    visitor = visitor_of(request)
    if visitor.by_token:
        raise Forbidden("A token makes no tokens, so that each of them ends. Ask from a page of this server.")
    lifetime: int = protocol.convert(await read_json(request), TokenRequest).lifetime
    token = request.app.state.signatures.token(visitor.owner, lifetime)
    return JsonResponse({"token": token, "lifetime": lifetime}, 201, {"Cache-Control": "no-store"})
