"""How often somebody may ask, and how many websockets they may have open: per session, and per address more broadly.

Hundreds of pupils of a school come from one address, so what an address may do is far more than one session needs.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import Counter
from collections.abc import Iterator
from typing import Final
from weakref import WeakValueDictionary

import limits
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from app.errors import TooManyRequests
from app.settings import Settings
from app.share import Share

SOCKETS_RETRY: Final = 10
CLOCK_SLACK: Final = 1.0


class Rates:
    """Of a local server: nobody is counted, and everything is allowed."""

    async def require_request(self, owner: str, address: str, cost: int = 1) -> None:
        """One more request, or command over a websocket; one with a long body counts for several."""

    async def require_creation(self, owner: str, address: str) -> None:
        """One more run; or, of nobody yet, one more session."""

    def socket(self, owner: str, address: str) -> contextlib.AbstractContextManager[Share]:
        """Hold a place for a websocket while the block runs, with the share of the event loop that it may use."""
        return contextlib.nullcontext(Share())


class LimitedRates(Rates):
    """Of a hosted server. Every method raises `TooManyRequests`, with the seconds to wait in `Retry-After`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._requests = self._pair("requests")
        self._creations = self._pair("creations")
        self._sockets: Counter[str] = Counter()
        self._shares: WeakValueDictionary[str, Share] = WeakValueDictionary()
        self._offset = time.time() - time.monotonic()

    async def require_request(self, owner: str, address: str, cost: int = 1) -> None:
        await self._require(self._requests, "requests", owner, address, cost)

    async def require_creation(self, owner: str, address: str) -> None:
        await self._require(self._creations, "new runs", owner, address)

    @contextlib.contextmanager
    def socket(self, owner: str, address: str) -> Iterator[Share]:
        """Hold a place for a websocket while the block runs."""
        places = {
            f"session {owner}": self._settings.session_sockets,
            f"address {address}": self._settings.address_sockets,
        }
        for place, most in places.items():
            if self._sockets[place] >= most:
                raise TooManyRequests(
                    f"There are {most} connections from here already. Close some pages.",
                    headers={"Retry-After": str(SOCKETS_RETRY)},
                )
        self._sockets.update(places.keys())
        share = self._shares.setdefault(owner, Share())
        try:
            yield share
        finally:
            self._sockets.subtract(places.keys())
            for place in places:
                if not self._sockets[place]:
                    del self._sockets[place]

    def _pair(self, what: str) -> tuple[list[RateLimitItem], list[RateLimitItem]]:
        return tuple(limits.parse_many(getattr(self._settings, f"{who}_{what}")) for who in ("session", "address"))  # type: ignore[return-value]

    async def _require(
        self,
        rates: tuple[list[RateLimitItem], list[RateLimitItem]],
        what: str,
        owner: str,
        address: str,
        cost: int = 1,
    ) -> None:
        """Count for the session first: what it is refused does not use up what its whole school may do."""
        await self._heed_the_clock()
        for rate, *name in (
            *((rate, what, "session", owner) for rate in rates[0] if owner),
            *((rate, what, "address", address) for rate in rates[1]),
        ):
            if not await self._limiter.hit(rate, *name, cost=cost):
                window = await self._limiter.get_window_stats(rate, *name)
                seconds = max(1, math.ceil(window.reset_time - time.time()))
                most = f"{rate.amount} {what} in {rate.multiples} {rate.GRANULARITY.name}"
                raise TooManyRequests(
                    f"That was more than {most}. Wait {seconds} s and try again.", headers={"Retry-After": str(seconds)}
                )

    async def _heed_the_clock(self) -> None:
        """Windows end by the machine's clock. If somebody sets it back, they must not last until it is there again."""
        offset = time.time() - time.monotonic()
        if offset < self._offset - CLOCK_SLACK:
            await self._storage.reset()
        self._offset = offset
