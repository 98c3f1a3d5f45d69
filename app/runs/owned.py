"""The runs of one owner: all that a route or a websocket ever gets hold of.

Every method that takes a run's name answers `NotFound` for another owner's run, so that no route can forget to ask.
What concerns a connection or a stream of it, and not a run by its name, goes through as it is.
"""

from __future__ import annotations

import builtins
from typing import Any, Final

from app import protocol
from app.errors import Unavailable
from app.probe_options import Probes
from app.runs.manager import Document, RunManager
from app.runs.registry import Attachment, Sink

BUSY_RETRY: Final = 15
"""Seconds: the load is measured over the last five."""


class OwnedRuns:
    """The manager as `owner` may use it; its methods are described there."""

    def __init__(self, manager: RunManager, owner: str) -> None:
        self._manager = manager
        self.owner = owner

    def _own(self, run_id: str) -> str:
        self._manager.require_owned(run_id, self.owner)
        return run_id

    # --- runs ---------------------------------------------------------------------------------------------------

    async def create(self, spec: object, epochs_per_second: object = None) -> Document:
        self._require_prompt()
        return await self._manager.create(spec, epochs_per_second, owner=self.owner)

    def _require_prompt(self) -> None:
        """Begin no more where those there are make each other wait. One person's own machine is theirs to load."""
        settings = self._manager.settings
        if settings.is_hosted and self._manager.delay() > settings.max_delay:
            raise Unavailable(
                "So many networks train on this server that they wait for each other, and it takes no more just now. "
                "Those there are go on. Try again in a little while.",
                headers={"Retry-After": str(BUSY_RETRY)},
            )

    def list(self) -> builtins.list[Document]:
        return self._manager.list(self.owner)

    def get(self, run_id: str) -> Document:
        return self._manager.get(self._own(run_id))

    async def read(self, run_id: str) -> Document:
        return await self._manager.read(self._own(run_id))

    async def delete(self, run_id: str) -> None:
        await self._manager.delete(self._own(run_id))

    async def update(self, run_id: str, patch: dict[str, Any]) -> Document:
        return await self._manager.update(self._own(run_id), patch)

    async def command(self, run_id: str, name: object, arguments: dict[str, Any]) -> Document:
        return await self._manager.command(self._own(run_id), name, arguments)

    async def execute(self, run_id: str, command: protocol.Command) -> Document:
        return await self._manager.execute(self._own(run_id), command)

    async def probe(self, run_id: str, name: str, options: dict[str, Any], step: int | None = None) -> Document:
        return await self._manager.probe(self._own(run_id), name, options, step)

    async def fork(self, run_id: str, step: int) -> Document:
        return await self._manager.fork(self._own(run_id), step)

    async def metrics(self, run_id: str) -> Document:
        return await self._manager.metrics(self._own(run_id))

    async def export(self, run_id: str) -> Document:
        return await self._manager.export(self._own(run_id))

    async def predict(self, run_id: str, points: object) -> Document:
        return await self._manager.predict(self._own(run_id), points)

    # --- streams ------------------------------------------------------------------------------------------------

    async def attach(
        self,
        run_id: str,
        probes: Probes,
        sink: Sink,
        *,
        after_step: int = -1,
        generation: int = 0,
        hidden: bool = False,
    ) -> tuple[Attachment, Document]:
        return await self._manager.attach(
            self._own(run_id), probes, sink, after_step=after_step, generation=generation, hidden=hidden
        )

    @property
    def server(self) -> str:
        return self._manager.server

    def connect(self, sink: Sink) -> None:
        self._manager.connect(sink)

    def disconnect(self, sink: Sink) -> None:
        self._manager.disconnect(sink)

    def detach(self, attachment: Attachment) -> None:
        self._manager.detach(attachment)

    def subscribe(self, attachment: Attachment, probes: Probes, at: int | None = None) -> None:
        self._manager.subscribe(attachment, probes, at)

    def acknowledge(self, attachment: Attachment, seq: int) -> None:
        self._manager.acknowledge(attachment, seq)

    def hide(self, attachment: Attachment, hidden: bool) -> None:
        self._manager.hide(attachment, hidden)
