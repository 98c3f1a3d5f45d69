"""How much is shown, by what it costs and how late it arrives; the clock is the test's."""

import pytest

from app.runs.load import ADAPT_INTERVAL, CALM, CROWD, LATE, LEVELS, MOST_TIME, PROMPT, Load

BEGIN = 100.0


def look(load: Load, turn: int, busy: float = 0.0, delay: float | None = None, clients: int = CROWD) -> None:
    """A quarter of a second in which frames took this share of the time and arrived so late."""
    load.sent(busy * ADAPT_INTERVAL)
    if delay is not None:
        load.acknowledged(delay)
    load.adapt(BEGIN + (turn + 1) * ADAPT_INTERVAL, clients)


def test_everything_is_shown_at_first_and_nothing_is_said_of_it() -> None:
    load = Load(BEGIN)
    assert load.level == (1.0, 60.0)
    assert load.told() is None


def test_pictures_get_coarser_before_frames_get_rarer() -> None:
    details = [level.detail for level in LEVELS]
    rates = [level.rate for level in LEVELS]
    assert details == sorted(details, reverse=True)
    assert rates == sorted(rates, reverse=True)
    first_rarer = next(place for place, rate in enumerate(rates) if rate < rates[0])
    assert details[first_rarer - 1] <= 0.5
    assert rates[-1] > 8


@pytest.mark.parametrize(("busy", "delay"), [(MOST_TIME + 0.1, 0.0), (0.0, LATE + 0.01)], ids=["busy", "late"])
def test_too_much_work_or_too_late_shows_less(busy: float, delay: float) -> None:
    load = Load(BEGIN)
    for turn in range(len(LEVELS) + 3):
        look(load, turn, busy, delay)
    assert load.level == LEVELS[-1]
    assert load.told() == {"detail": LEVELS[-1].detail, "rate": LEVELS[-1].rate}
    assert load.interval == pytest.approx(1 / LEVELS[-1].rate)


def test_a_few_slow_clients_are_their_own_trouble() -> None:
    load = Load(BEGIN)
    look(load, 0, busy=1.0)
    for turn in range(1, 10):
        look(load, turn, busy=1.0, delay=1.0, clients=CROWD - 1)
        assert load.told() is None


def test_frames_made_late_show_less() -> None:
    load = Load(BEGIN)
    load.waited(0.0, 3)
    load.waited(load.interval, 2)
    look(load, 0)
    assert load.told() is None
    load.waited(0.0, 2)
    load.waited(load.interval, 3)
    look(load, 1)
    assert load.level == LEVELS[1]


def test_more_is_shown_again_when_it_stays_calm() -> None:
    load = Load(BEGIN)
    for turn in range(3):
        look(load, turn, busy=0.9)
    for turn in range(3, 3 + CALM):
        assert load.level == LEVELS[3]
        look(load, turn, delay=PROMPT / 2)
    assert load.level == LEVELS[2]


def test_between_calm_and_busy_nothing_changes() -> None:
    load = Load(BEGIN)
    look(load, 0, busy=0.9)
    for turn in range(1, 30):
        look(load, turn, busy=0.75 * MOST_TIME)
    assert load.level == LEVELS[1]


def test_it_looks_only_now_and_then() -> None:
    load = Load(BEGIN)
    for turn in range(10):
        load.sent(1.0)
        load.adapt(BEGIN + (1 + turn / 100) * ADAPT_INTERVAL, CROWD)
    assert load.level == LEVELS[1]
