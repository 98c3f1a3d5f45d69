"""What the descriptions of a specification's parts are made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a specification: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")
