"""Sessions and tokens as text that only this server can have written: signed with its secret, with an end.

A session's text is kept in a cookie that no script can read; a token is given to scripts. Neither passes for the other.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

SESSION_SALT = "neuronpark.session"
TOKEN_SALT = "neuronpark.token"
LONGEST_TEXT = 512

Clock = Callable[[], float]


def steady_clock() -> Clock:
    """Seconds since 1970 that go on evenly, though somebody sets the machine's clock while the server runs."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset


class Signed(NamedTuple):
    """What a text that was signed here says: whose it is and how many seconds ago it was made."""

    owner: str
    age: float


def new_owner() -> str:
    """The name of a new session: nobody guesses it."""
    return secrets.token_urlsafe(16)


def named_owner(name: str) -> str:
    """The owner that tokens made for `name` share; no new session ever has such a name."""
    return f"name:{name}"


class Signatures:
    """Writes and reads sessions and tokens. A text that is forged, damaged, another server's or too old is None."""

    def __init__(self, secret: str, session_lifetime: float, clock: Clock | None = None) -> None:
        self.session_lifetime = session_lifetime
        self._clock = clock or steady_clock()
        self._sessions = self._serializer(secret, SESSION_SALT)
        self._tokens = self._serializer(secret, TOKEN_SALT)

    def session(self, owner: str) -> str:
        return str(self._sessions.dumps(owner))

    def read_session(self, text: str) -> Signed | None:
        found = self._read(self._sessions, text)
        if found is None:
            return None
        owner, age = found
        return Signed(owner, age) if isinstance(owner, str) and age <= self.session_lifetime else None

    def token(self, owner: str, lifetime: int) -> str:
        return str(self._tokens.dumps([owner, lifetime]))

    def read_token(self, text: str) -> Signed | None:
        found = self._read(self._tokens, text)
        if found is None:
            return None
        (owner, lifetime), age = found
        return Signed(owner, age) if age <= lifetime else None

    def _read(self, serializer: URLSafeTimedSerializer, text: str) -> tuple[Any, float] | None:
        """What was signed, and its age. One from the future is of this moment: then our own clock was set back."""
        if len(text) > LONGEST_TEXT:
            return None
        try:
            value, signed_at = serializer.loads(text, return_timestamp=True)
        except BadData:
            return None
        return value, max(0.0, self._clock() - signed_at.timestamp())

    def _serializer(self, secret: str, salt: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock())

        return URLSafeTimedSerializer(
            secret,
            salt,
            signer=Signer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
