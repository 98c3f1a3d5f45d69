"""Who may speak to the server, and what a page of ours may load.

A local server has no accounts: whoever can reach it can drive it. So a page from elsewhere must not reach it through
the user's browser. `HostAndOrigin` refuses names that are not ours (DNS rebinding) and writes and websockets that a
foreign page began; `SecurityHeaders` tells the browser to load nothing that is not ours. A hosted server is stricter:
what a browser's cookie allows must come with the Origin of our page, and only scripts with a token may leave it out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import MEDIA_TYPE, Forbidden, Problem
from app.settings import LOOPBACK, Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_FETCH_SITES = frozenset({"same-origin", "none"})
DEFAULT_PORTS = {"http": 80, "https": 443}
WILDCARDS = frozenset({"0.0.0.0", "::", ""})
HOST_PATTERN = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE | re.ASCII)

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HOSTED_HEADERS = {**FIXED_HEADERS, "Strict-Transport-Security": "max-age=31536000"}


class HostPort(NamedTuple):
    """A host name in lower case, without brackets, and its port if one is written."""

    name: str
    port: int | None


def parse_host(text: str) -> HostPort | None:
    """The Host header's two parts, or None if it is not a host."""
    match = HOST_PATTERN.fullmatch(text)
    if match is None:
        return None
    port = match["port"]
    return HostPort(match["name"].strip("[]").lower().removesuffix("."), None if port is None else int(port))


def allowed_names(settings: Settings) -> frozenset[str]:
    """The host names under which this server may be opened, in lower case."""
    configured = {name.strip("[]").lower() for name in (settings.host, *settings.allowed_hosts)}
    public = urlsplit(settings.public_url).hostname
    return (LOOPBACK | configured | {public or ""}) - WILDCARDS


def listens_everywhere(settings: Settings) -> bool:
    return settings.host in WILDCARDS


def content_security_policy(nonce: str, host: str | None) -> str:
    """What a page may load: our own files, one inline import map with `nonce`, our own websocket."""
    sockets = f" ws://{host} wss://{host}" if host else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self'{sockets}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Adds the headers above to every HTTP answer; the page finds its nonce in `request.state.nonce`."""

    def __init__(self, app: ASGIApp, fixed: Mapping[str, str], public_host: str = "") -> None:
        self.app = app
        self.fixed = fixed
        self.public_host = public_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        host = self.public_host or Headers(scope=scope).get("host", "")
        policy = content_security_policy(nonce, host if parse_host(host) else None)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.fixed)
                headers["Content-Security-Policy"] = policy
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HostAndOrigin:
    """Refuses requests to a foreign Host, and writes and websockets from a foreign Origin, with 403.

    Our own Origin is `public_origin`, or where none is given that of the Host that is asked for.
    """

    def __init__(
        self, app: ASGIApp, names: Iterable[str], public_origin: str = "", requires_origin: bool = False
    ) -> None:
        self.app = app
        self.names = frozenset(names)
        self.public_origin = public_origin
        self.requires_origin = requires_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and (problem := self.refusal(scope)):
            await refuse(problem, scope, send)
        else:
            await self.app(scope, receive, send)

    def refusal(self, scope: Scope) -> Problem | None:
        """Why this request is not served, or None. Scripts send no Origin and are served, if need be with a token."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None or not (host.name in self.names or is_own_address(host.name, scope)):
            return Forbidden(
                "This server is not reached under that Host. Open it as localhost, "
                "or name the host in NEURONPARK_ALLOWED_HOSTS."
            )
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        origins = headers.getlist("origin")
        if not origins and self.requires_origin and not bears_token(headers):
            return Forbidden(
                "This request names no Origin. A page of this server sends its own; "
                "a script sends a token: Authorization: Bearer …"
            )
        sites = headers.getlist("sec-fetch-site")
        if all(self.is_own(origin, host) for origin in origins) and OWN_FETCH_SITES.issuperset(sites):
            return None
        return Forbidden("This request comes from a page of another origin. Only pages of this server may send it.")

    def is_own(self, origin: str, host: HostPort) -> bool:
        return origin == self.public_origin if self.public_origin else is_same_origin(origin, host)


def bears_token(headers: Headers) -> bool:
    """Whether a request is a script's: browsers never add this header by themselves, as they do a cookie."""
    return headers.get("authorization", "").partition(" ")[0].lower() == "bearer"


def is_own_address(name: str, scope: Scope) -> bool:
    """Whether `name` is the very IP address the connection came in on. No DNS name is, so nothing can be rebound."""
    server = scope.get("server") or ("", None)
    try:
        own = ip_address(server[0])
        mapped = own.ipv4_mapped if isinstance(own, IPv6Address) else None  # IPv4, taken in by a socket for both
        return ip_address(name) in (own, mapped)
    except ValueError:
        return False


def is_same_origin(origin: str, host: HostPort) -> bool:
    """Whether `origin` names the scheme, host and port that the request itself was sent to ("null" does not)."""
    try:
        parts = urlsplit(origin)
        written = parse_host(parts.netloc)
    except ValueError:
        return False
    default = DEFAULT_PORTS.get(parts.scheme)
    if default is None or written is None or f"{parts.scheme}://{parts.netloc}" != origin:
        return False
    return (written.name, written.port or default) == (host.name, host.port or default)


async def refuse(problem: Problem, scope: Scope, send: Send) -> None:
    """Answer with `problem`. A websocket is refused before it is accepted, so that the client sees HTTP."""
    websocket = scope["type"] == "websocket"
    if websocket and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 4403, "reason": problem.title})
        return
    prefix = "websocket.http" if websocket else "http"
    body = problem.encode()
    fields: Mapping[str, str] = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **problem.headers}
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": f"{prefix}.response.start", "status": problem.status, "headers": headers})
    await send({"type": f"{prefix}.response.body", "body": body})
