"""A share of the event loop: what one client uses of it is paid back by waiting."""

import pytest

from app.rates import LimitedRates, Rates
from app.settings import Settings
from app.share import BURST, PART, Share


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_free_and_what_goes_beyond_is_waited_for() -> None:
    share = Share(Clock())
    assert share.spend(BURST * 0.9) == 0.0
    assert share.spend(BURST * 0.1) == pytest.approx(0.0)
    assert share.spend(0.01) == pytest.approx(0.01 / PART)


def test_the_credit_grows_by_its_part_and_never_beyond_a_burst() -> None:
    clock = Clock()
    share = Share(clock)
    share.spend(BURST)
    clock.now += 1.0
    assert share.spend(PART) == pytest.approx(0.0)
    clock.now += 1000.0
    assert share.spend(BURST) == 0.0
    assert share.spend(PART) == pytest.approx(1.0)


def test_who_waits_as_long_as_is_said_uses_the_part_and_no_more() -> None:
    clock = Clock()
    share = Share(clock)
    used = 0.0
    while clock.now < 200.0:
        used += 0.004
        clock.now += 0.004 + share.spend(0.004)
    assert used == pytest.approx(100.0 * PART + BURST, rel=0.05)


def test_a_page_that_shows_eight_runs_never_waits() -> None:
    clock = Clock()
    share = Share(clock)
    for _ in range(10 * 480):
        clock.now += 1 / 480
        assert share.spend(50e-6) == 0.0


def test_all_connections_of_a_session_have_one_share_and_others_have_theirs() -> None:
    rates = LimitedRates(Settings())
    with rates.socket("ann", "a") as first, rates.socket("ann", "b") as second, rates.socket("bob", "a") as other:
        assert first is second is not other
    with Rates().socket("", "local") as first, Rates().socket("", "local") as second:
        assert first is not second
