"""Listening: a socket that gives up on readers who stopped, handed to uvicorn, and a clean end."""

from __future__ import annotations

import asyncio
import errno
import math
import resource
import socket
import webbrowser
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from app.main import create_app
from app.memory import TRIM_INTERVAL, give_back, keep_what_is_loaded, trim
from app.protocol import MAX_MESSAGE
from app.request_protocol import RequestProtocol
from app.routes.transport import StreamProtocol
from app.runs.manager import RunManager
from app.security import WILDCARDS, allowed_names, listens_everywhere
from app.settings import Settings
from app.storage.location import CannotStore

SEND_BUFFER = 131_072
BACKLOG = 512
GOODBYE = 1.0
MOST_FILES = 65_536
"""Enough for every connection; the thousand that a system often allows at first are not."""

Ready = Callable[[str], None]


class CannotListen(Exception):  # noqa: N818 - reads as the sentence it is
    """The address cannot be bound; the message says what to do."""


class Server(uvicorn.Server):
    """Uvicorn, with the database opened first, a word when it listens and a goodbye before it closes connections."""

    def __init__(self, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(configure(app))
        self.manager: RunManager = app.state.manager
        self.ready = ready
        self.failure: CannotStore | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await self.manager.open()
        except CannotStore as error:
            self.failure = error
            self.should_exit = True
            return
        await super().startup(sockets)
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Websockets are closed by their sessions, with our code, before uvicorn closes what is left with its own."""
        self.manager.close_connections()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GOODBYE)
        await super().shutdown(sockets)


def bind(settings: Settings) -> socket.socket:
    """A TCP socket on the configured address. Connections inherit its options.

    The small send buffer and the user timeout bound what a client that stopped reading can hold, and for how long.
    Raises `CannotListen`.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise CannotListen(f"The host {settings.host} is not known. Use --host 127.0.0.1.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            milliseconds = math.ceil(settings.send_timeout * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(explain(error, settings)) from None
    listener.setblocking(False)
    return listener


def allow_connections() -> None:
    """Let this process have as many files open, which connections are, as it may: a class has more than a thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def explain(error: OSError, settings: Settings) -> str:
    """Why the address cannot be bound, with the remedy."""
    where = f"port {settings.port} of {settings.host}"
    other = settings.port + 1 if 1024 <= settings.port < 65535 else 8000
    if error.errno == errno.EADDRINUSE:
        return f"Another program, perhaps another Neuron Park, listens on {where}. End it, or use --port {other}."
    if error.errno == errno.EACCES:
        return f"You may not listen on {where}. Use a port from 1024 up, such as --port {other}."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{settings.host} is not an address of this machine. Use --host 127.0.0.1."
    return f"Cannot listen on {where}: {error.strerror}. Use another --host or --port."


def address_of(settings: Settings, listener: socket.socket) -> str:
    """The page's address, as browsers open it; unless one is set, those of this machine."""
    if settings.public_url:
        return f"{settings.public_url}/"
    name = "localhost" if listens_everywhere(settings) else settings.host
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}/"


def who_may_open(settings: Settings) -> str | None:
    """For a server that others can reach: under which names. None if only this machine can."""
    names = allowed_names(settings)
    if settings.host in ("127.0.0.1", "localhost", "::1"):
        return None
    own = ["this machine's IP addresses"] if settings.host in WILDCARDS else []
    return (
        f"Everybody who can reach this machine can use it, as {', '.join([*sorted(names), *own])}. "
        "Add names with NEURONPARK_ALLOWED_HOSTS."
    )


def configure(app: FastAPI) -> uvicorn.Config:
    """Uvicorn as we use it: our logs, messages of bounded size, no compression of frames, a bounded goodbye."""
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=RequestProtocol,
        ws=StreamProtocol,
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=app.state.settings.send_timeout / 2,
        ws_ping_timeout=app.state.settings.send_timeout,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=math.ceil(app.state.settings.shutdown_timeout),
    )


def keep_trimmed() -> None:
    """Give free memory back now and then, for as long as the event loop runs."""
    trim()
    asyncio.get_running_loop().call_later(TRIM_INTERVAL, keep_trimmed)


def serve(settings: Settings, announce: Ready) -> bool:
    """Serve until a signal. `announce` is told the page's address once it answers. Returns whether it ever did.

    Raises `CannotListen`, `CannotStore`, and `KeyboardInterrupt` after a clean end by Ctrl-C.
    """
    listener = bind(settings)
    address = address_of(settings, listener)

    def ready() -> None:
        announce(address)
        keep_trimmed()
        if settings.open and not settings.is_hosted:
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)

    allow_connections()
    with listener:
        app = create_app(settings)
        give_back()
        keep_what_is_loaded()
        server = Server(app, ready)
        server.run(sockets=[listener])
    if server.failure:
        raise server.failure
    return server.started
