"""What this server signs and nobody else can: sessions and tokens, with an end that no clock brings forward."""

import time

import pytest

from app import signing
from app.signing import Signatures, named_owner, new_owner, steady_clock

SECRET = "s" * 32


class Clock:
    """Stands until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signatures(clock: Clock) -> Signatures:
    return Signatures(SECRET, session_lifetime=1000.0, clock=clock)


def test_a_session_is_read_back_with_its_age(signatures, clock):
    text = signatures.session("ann")
    assert signatures.read_session(text) == ("ann", 0.0)
    clock.now += 999.0
    assert signatures.read_session(text) == ("ann", 999.0)


def test_a_session_ends(signatures, clock):
    text = signatures.session("ann")
    clock.now += 1001.0
    assert signatures.read_session(text) is None


def test_a_token_ends_when_it_was_to(signatures, clock):
    short, long = signatures.token("ann", 60), signatures.token("ann", 5000)
    clock.now += 61.0
    assert signatures.read_token(short) is None
    assert signatures.read_token(long) == ("ann", 61.0)


def test_a_token_is_no_session_and_a_session_no_token(signatures):
    assert signatures.read_session(signatures.token("ann", 60)) is None
    assert signatures.read_token(signatures.session("ann")) is None


def test_another_servers_are_refused(signatures, clock):
    other = Signatures("t" * 32, session_lifetime=1000.0, clock=clock)
    assert other.read_session(other.session("ann")) == ("ann", 0.0)
    assert signatures.read_session(other.session("ann")) is None
    assert signatures.read_token(other.token("ann", 60)) is None


@pytest.mark.parametrize("place", [0, 5, 12, 16, 20, -20, -2])
def test_every_changed_character_is_found(signatures, place):
    for text, read in (
        (signatures.session("a longer name"), signatures.read_session),
        (signatures.token("a longer name", 60), signatures.read_token),
    ):
        changed = list(text)
        changed[place] = "A" if changed[place] != "A" else "B"
        assert read(text) is not None
        assert read("".join(changed)) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é" * 20, "\x00", "." * 400, "x" * 1_000_000])
def test_what_is_no_signed_text_is_refused(signatures, text):
    assert signatures.read_session(text) is None
    assert signatures.read_token(text) is None


def test_a_text_from_the_future_is_new(signatures, clock):
    """After the machine's clock was set back and the server restarted, nobody loses their session."""
    text = signatures.session("ann")
    clock.now -= 86_400.0
    assert signatures.read_session(text) == ("ann", 0.0)


@pytest.mark.parametrize("moved", [86_400.0, -86_400.0])
def test_a_clock_that_is_moved_while_the_server_runs_ends_nothing(monkeypatch, moved):
    signatures = Signatures(SECRET, session_lifetime=60.0, clock=steady_clock())
    session, token = signatures.session("ann"), signatures.token("ann", 60)
    true = time.time
    monkeypatch.setattr(signing.time, "time", lambda: true() + moved)
    for text, read in ((session, signatures.read_session), (token, signatures.read_token)):
        owner, age = read(text)
        assert (owner, 0.0 <= age < 5.0) == ("ann", True)
    owner, age = signatures.read_session(signatures.session("bob"))
    assert (owner, 0.0 <= age < 5.0) == ("bob", True)


def test_owners_are_not_guessed_and_names_never_collide_with_them():
    assert len({new_owner() for _ in range(1000)}) == 1000
    assert all(len(new_owner()) >= 22 and ":" not in new_owner() for _ in range(10))
    assert named_owner("ann") == "name:ann"
