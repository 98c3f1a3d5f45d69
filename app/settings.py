"""The server's settings: data with a default, bounds and a help text each.

A setting is read from the environment (`NEURONPARK_PORT=9000`) and can be given on the command line of
`neuronpark serve`, which wins. `docs/settings.md` lists them all.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "NEURONPARK_"
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def available_cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """What can be set, with the defaults of one person at their own machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mode: Literal["local", "hosted"] = Field(
        "local",
        description="How the server is used: `local` is one person, no accounts; `hosted` is many, who never see or "
        "touch each other's runs.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Signs sessions and tokens of a hosted server, which does not start without: at least 32 random "
        "characters, known to nobody else. With another one, all sessions and tokens have ended.",
    )
    public_url: str = Field(
        "",
        max_length=255,
        description="Address under which browsers open a hosted server, such as `https://park.example.org`. Pages of "
        "that origin alone may write; without it, those of the `Host` that is asked for.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        max_length=50,
        description="Addresses or networks, separated by commas, of reverse proxies in front of the server. From them "
        "alone `X-Forwarded-For` is believed.",
    )
    host: str = Field(
        "127.0.0.1",
        min_length=1,
        max_length=255,
        description="Address to listen on. `0.0.0.0` listens on every address of this machine: see `allowed_hosts`.",
    )
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on; 0 takes any free one.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        max_length=50,
        description="Further host names, separated by commas, under which the server may be opened. "
        "`localhost`, `127.0.0.1`, `[::1]` and `host` are always allowed.",
    )
    open: bool = Field(
        True, description="Open the page in the browser when the server is ready. A hosted server never does."
    )
    workers: int = Field(
        default_factory=available_cores,
        ge=1,
        le=256,
        description="Processes that train. The default is one for each processor core.",
    )
    cohorts: bool = Field(
        True, description="Train runs of one shape together. Off, each trains by itself: the same numbers, more slowly."
    )
    database: str | None = Field(
        None,
        max_length=1000,
        description="Where runs are: `sqlite:////absolute/path/runs.db` or `postgresql://user:password@host/name`; "
        "empty is in memory, until the server ends.",
    )
    database_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds a write may wait for a busy database; then it is answered with 503."
    )
    save_interval: float = Field(
        5.0,
        gt=0,
        le=600,
        description="Seconds after which the database is given the newest state of a run that trains.",
    )
    max_runs: int = Field(
        256,
        ge=1,
        le=100_000,
        description="Runs in the workers at once. For one more an idle one is parked in the database; if none is idle, "
        "it is refused with 503.",
    )
    park_after: float = Field(
        600.0, gt=0, le=86_400, description="Seconds after which an idle run is parked; the next request wakes it."
    )
    keep_runs: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="Runs in the database. For one more the run that was used longest ago is deleted, unless that was "
        "within the last hour.",
    )
    keep_days: float = Field(
        90.0,
        gt=0,
        le=36_500,
        description="Days of a running server after which a run that nobody used is deleted.",
    )
    session_lifetime: float = Field(
        2_592_000.0,
        ge=60,
        le=31_536_000,
        description="Seconds after which a browser's session ends that has not come back; each visit renews it.",
    )
    session_runs: int = Field(
        32,
        ge=1,
        le=100_000,
        description="Runs that one session of a hosted server keeps; more are refused with 429.",
    )
    session_sockets: int = Field(
        32, ge=1, le=100_000, description="Websockets that one session of a hosted server has open at once."
    )
    address_sockets: int = Field(
        3000,
        ge=1,
        le=1_000_000,
        description="Websockets from one address at once, where a whole school may be behind one (an IPv6 network of "
        "64 bits counts as one).",
    )
    session_requests: str = Field(
        "3000/minute",
        description="How often one session of a hosted server may ask: requests, and commands by websocket.",
    )
    address_requests: str = Field("300000/minute", description="The same for all sessions from one address together.")
    session_creations: str = Field(
        "60/minute", description="How often one session of a hosted server may create a run."
    )
    address_creations: str = Field(
        "3000/minute; 50000/day",
        description="The same for all sessions from one address together; new sessions count too.",
    )
    max_delay: float = Field(
        0.5,
        gt=0,
        le=60,
        description="Seconds the processes that train may typically take to answer; while they take longer, a hosted "
        "server refuses new runs with 503.",
    )
    max_body: int = Field(
        2_000_000, ge=1_000, le=100_000_000, description="Longest request body in bytes; a longer one is refused."
    )
    max_images_body: int = Field(
        8_000_000,
        ge=1_000,
        le=100_000_000,
        description="Longest request body in bytes that brings images; a longer one is refused.",
    )
    send_timeout: float = Field(
        8.0, gt=0, le=600, description="Seconds after which a page that stopped reading is disconnected."
    )
    abandon_after: float = Field(
        60.0,
        gt=0,
        le=86_400,
        description="Seconds a run trains on after its last page has gone; then it pauses.",
    )
    checkpoint_interval: float = Field(
        1.0,
        gt=0,
        le=60,
        description="Seconds between the checkpoints from which a run resumes when its worker dies; longer in a crowd.",
    )
    shutdown_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds open requests and workers are given to finish at shutdown."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important messages that are logged."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="`console` for people, `json` for machines; `auto` is `console` in a terminal."
    )

    @property
    def is_hosted(self) -> bool:
        return self.mode == "hosted"

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("mode") == "hosted" and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"A hosted server needs a secret of at least {SHORTEST_SECRET} characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        """Scheme, host and port, nothing else. Browsers keep a secure cookie only of https and of this machine."""
        if not value:
            return value
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        origin = value.removesuffix("/")
        is_secure = host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
        if not is_secure or origin != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            raise ValueError("Give https:// and a host name, such as https://park.example.org, and nothing behind it.")
        return origin.lower()

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            try:
                ip_network(text)
            except ValueError:
                raise ValueError("Give IP addresses or networks, such as 127.0.0.1, 10.0.0.0/8.") from None
        return value

    @field_validator("session_requests", "address_requests", "session_creations", "address_creations")
    @classmethod
    def _are_rates(cls, value: str) -> str:
        from limits import parse_many  # a sixth of the time in which `neuronpark train` starts, and it sets no rates

        try:
            parse_many(value)
        except ValueError:
            raise ValueError("Give a number and a time, such as 60/minute; 1000/day.") from None
        return value
