"""How often somebody may ask: by session and by address, with the seconds to wait."""

import time

import pytest

from app import rates
from app.errors import TooManyRequests
from app.rates import LimitedRates, Rates
from app.settings import Settings


def limited(**settings):
    return LimitedRates(Settings(**settings))


async def asked(counted, times, owner="ann", address="192.0.2.1", what="require_request"):
    """How many of so many requests were allowed, and the last refusal."""
    allowed, refusal = 0, None
    for _ in range(times):
        try:
            await getattr(counted, what)(owner, address)
            allowed += 1
        except TooManyRequests as problem:
            refusal = problem
    return allowed, refusal


async def test_a_session_is_refused_what_is_too_much_and_told_how_long_to_wait():
    counted = limited(session_requests="5/minute")
    allowed, refusal = await asked(counted, 7)
    assert allowed == 5
    assert 1 <= int(refusal.headers["Retry-After"]) <= 60
    wait = refusal.headers["Retry-After"]
    assert refusal.detail == f"That was more than 5 requests in 1 minute. Wait {wait} s and try again."


async def test_others_from_the_same_address_are_unharmed():
    counted = limited(session_requests="5/minute", address_requests="12/minute")
    await asked(counted, 50)
    assert await asked(counted, 5, owner="bob") == (5, None), "what Ann was refused must not count for the school"
    allowed, _ = await asked(counted, 5, owner="eve")
    assert allowed == 2, "the address has had its twelve"


async def test_an_address_is_refused_too():
    counted = limited(address_requests="3/minute")
    assert (await asked(counted, 1, owner="a"))[0] == 1
    assert (await asked(counted, 1, owner="b"))[0] == 1
    assert (await asked(counted, 1, owner=""))[0] == 1
    assert (await asked(counted, 1, owner="c"))[0] == 0
    assert (await asked(counted, 1, owner="c", address="192.0.2.2"))[0] == 1


async def test_new_runs_are_counted_apart_and_by_each_span():
    counted = limited(session_creations="3/second; 4/minute", session_requests="1/minute")
    assert (await asked(counted, 5, what="require_creation"))[0] == 3
    assert (await asked(counted, 1))[0] == 1


async def test_a_window_ends(monkeypatch):
    counted = limited(session_requests="2/minute")
    assert (await asked(counted, 3))[0] == 2
    shift(monkeypatch, 61.0, 61.0)
    assert (await asked(counted, 3))[0] == 2


@pytest.mark.parametrize("moved", [86_400.0, -86_400.0])
async def test_a_clock_that_is_moved_by_a_day_locks_nobody_out(monkeypatch, moved):
    counted = limited(session_requests="2/minute")
    await asked(counted, 3)
    shift(monkeypatch, moved, 0.0)
    assert (await asked(counted, 2))[0] == 2
    allowed, refusal = await asked(counted, 1)
    assert allowed == 0
    assert int(refusal.headers["Retry-After"]) <= 60


def shift(monkeypatch, wall, monotonic):
    """Both clocks of the machine from now on."""
    true_wall, true_monotonic = time.time, time.monotonic
    monkeypatch.setattr(time, "time", lambda: true_wall() + wall)
    monkeypatch.setattr(rates.time, "monotonic", lambda: true_monotonic() + monotonic)


def test_sockets_of_a_session_and_of_an_address_are_counted_while_they_are_open():
    counted = limited(session_sockets=2, address_sockets=3)
    with counted.socket("ann", "a"), counted.socket("ann", "a"):
        with (
            pytest.raises(TooManyRequests, match="There are 2 connections from here already"),
            counted.socket("ann", "a"),
        ):
            pass
        with counted.socket("bob", "a"):
            with pytest.raises(TooManyRequests, match="There are 3 connections") as caught, counted.socket("eve", "a"):
                pass
            assert caught.value.headers == {"Retry-After": "10"}
            with counted.socket("eve", "b"):
                pass
        with counted.socket("eve", "a"):
            pass
    assert counted._sockets == {}


async def test_a_local_server_counts_nobody():
    counted = Rates()
    assert await asked(counted, 10_000) == (10_000, None)
    assert await asked(counted, 100, what="require_creation") == (100, None)
    with counted.socket("", "local"), counted.socket("", "local"):
        pass
