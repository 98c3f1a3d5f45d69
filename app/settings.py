"""The server's settings: data with a default, bounds and a help text each.

A setting is read from the environment (`NEURONPARK_PORT=9000`) and can be given on the command line of
`neuronpark serve`, which wins. `docs/settings.md` lists them all.
"""

from __future__ import annotations

import os
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "NEURONPARK_"


def available_cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """What can be set, with the defaults of one person at their own machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mode: Literal["local"] = Field("local", description="How the server is used: `local` is one person, no accounts.")
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
    open: bool = Field(True, description="Open the page in the browser when the server is ready.")
    workers: int = Field(
        default_factory=available_cores,
        ge=1,
        le=256,
        description="Processes that train. The default is one for each processor core.",
    )
    cohorts: bool = Field(
        True, description="Train runs of one shape together. Off, each trains by itself: the same numbers, more slowly."
    )
    max_runs: int = Field(256, ge=1, le=100_000, description="Runs kept at once; one more is refused with 503.")
    max_body: int = Field(
        2_000_000, ge=1_000, le=100_000_000, description="Longest request body in bytes; a longer one is refused."
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
        1.0, gt=0, le=60, description="Seconds between the checkpoints from which a run resumes when its worker dies."
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

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value
