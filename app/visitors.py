"""Who asks: on a local server whoever can reach it; on a hosted one a browser by its session, or a script by its token.

A session is nothing but a signed cookie. Browsers send it to nobody else (`__Host-`, `Secure`), no script reads it
(`HttpOnly`), and no foreign page makes a browser send it (`SameSite=Strict`). So a page that was opened by a link from
elsewhere is asked for without it, and must not be given another one in its place: a session begins with
`POST /api/v1/session`, which the page sends itself, and nowhere else.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.addresses import client_address, networks
from app.errors import Problem, Unauthorized
from app.rates import Rates
from app.security import bears_token, refuse
from app.settings import Settings
from app.signing import Signatures

COOKIE: Final = "__Host-neuronpark"
RENEW_AFTER: Final = 86_400.0
BYTES_OF_A_REQUEST: Final = 20_000
DEAREST: Final = 100
NOBODY: Final = ""
"""The owner of every run where there are no accounts."""
API: Final = "/api/v1/"
OPEN_TO_ALL: Final = frozenset(
    {"/api/v1/session", "/api/v1/catalog", "/api/v1/openapi.json", "/api/v1/health", "/api/v1/ready", "/api/v1/metrics"}
)
NO_SESSION: Final = (
    "There is no session, or it has ended. A page begins one with POST /api/v1/session; "
    "a script sends a token: Authorization: Bearer …"
)
NO_TOKEN: Final = "The token is not one of this server's, or it has expired. Make a new one."


class Visitor(NamedTuple):
    """Whoever sent a request or opened a websocket, and the address it is counted under."""

    owner: str
    address: str
    by_token: bool = False
    is_known: bool = True


LOCAL: Final = Visitor(NOBODY, "local")


def visitor_of(connection: HTTPConnection) -> Visitor:
    visitor: Visitor = connection.scope.get("state", {}).get("visitor", LOCAL)
    return visitor


def session_cookie(text: str, lifetime: float) -> str:
    return f"{COOKIE}={text}; Max-Age={int(lifetime)}; Path=/; Secure; HttpOnly; SameSite=Strict"


def cost_of(scope: Scope) -> int:
    """How many requests a request counts for: reading a long body takes long. One of unknown length is not cheap."""
    headers = Headers(scope=scope)
    announced = headers.get("content-length", "")
    if announced.isdecimal():
        return 1 + min(int(announced[:20]) // BYTES_OF_A_REQUEST, DEAREST)
    return DEAREST if "transfer-encoding" in headers else 1


class Visitors:
    """Middleware of a hosted server: finds out who asks, how often they may, and renews their session unasked."""

    def __init__(self, app: ASGIApp, settings: Settings, signatures: Signatures, rates: Rates) -> None:
        self.app = app
        self.signatures = signatures
        self.rates = rates
        self.trusted = networks(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        cookies: list[str] = []
        try:
            visitor = self.identify(scope, cookies)
            if scope["type"] == "http" and scope["path"].startswith(API):
                await self.rates.require_request(visitor.owner, visitor.address, cost_of(scope))
        except Problem as problem:
            await refuse(problem, scope, send)
            return
        scope.setdefault("state", {})["visitor"] = visitor

        async def send_to_nobody_else(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith(API):
                answer = MutableHeaders(scope=message)
                answer.setdefault("Cache-Control", "no-store")
                for cookie in cookies:
                    answer.append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_to_nobody_else)

    def identify(self, scope: Scope, cookies: list[str]) -> Visitor:
        """Who asks. A session that is due gets its new cookie in `cookies`. Raises `Unauthorized`."""
        headers = Headers(scope=scope)
        address = client_address(scope, self.trusted)
        if bears_token(headers):
            bearer = self.signatures.read_token(headers["authorization"].partition(" ")[2].strip())
            if bearer is None:
                raise Unauthorized(NO_TOKEN, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
            return Visitor(bearer.owner, address, by_token=True)
        session = self.signatures.read_session(HTTPConnection(scope).cookies.get(COOKIE, ""))
        if session is not None:
            if session.age > min(RENEW_AFTER, self.signatures.session_lifetime / 2):
                cookies.append(self.new_cookie(session.owner))
            return Visitor(session.owner, address)
        if scope["type"] == "http" and scope["path"].startswith(API) and scope["path"] not in OPEN_TO_ALL:
            raise Unauthorized(NO_SESSION, headers={"WWW-Authenticate": "Bearer"})
        return Visitor(NOBODY, address, is_known=False)

    def new_cookie(self, owner: str) -> str:
        return session_cookie(self.signatures.session(owner), self.signatures.session_lifetime)
