import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import PREFIX, Settings, available_cores

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `NEURONPARK_(\w+)` \|(.*?)\|(.*?)\|(.*?)\|$", re.MULTILINE)
SPECIAL_DEFAULTS = {"allowed_hosts": "empty", "workers": "processor cores"}


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def documented():
    return {
        name.lower(): [cell.strip() for cell in rest] for name, *rest in ROW.findall(DOCS.read_text(encoding="utf-8"))
    }


def test_the_docs_cover_each_setting_in_order():
    assert list(documented()) == list(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_docs_say_what_the_setting_says(name):
    _, default, meaning = documented()[name]
    assert meaning == Settings.model_fields[name].description
    value = getattr(Settings(), name)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    assert default == SPECIAL_DEFAULTS.get(name, f"`{shown}`")


def test_the_environment_is_read(monkeypatch):
    monkeypatch.setenv("NEURONPARK_PORT", "9000")
    monkeypatch.setenv("NEURONPARK_OPEN", "0")
    monkeypatch.setenv("NEURONPARK_ALLOWED_HOSTS", "a.example, b.example,")
    settings = Settings()
    assert (settings.port, settings.open, settings.allowed_hosts) == (9000, False, ("a.example", "b.example"))


def test_what_is_given_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("NEURONPARK_PORT", "9000")
    assert Settings(port=9001).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "hosted"),
        ("host", ""),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "http"),
        ("workers", "0"),
        ("max_runs", "0"),
        ("max_body", "1"),
        ("send_timeout", "0"),
        ("send_timeout", "inf"),
        ("send_timeout", "nan"),
        ("abandon_after", "-1"),
        ("checkpoint_interval", "0"),
        ("shutdown_timeout", "61"),
        ("log_level", "loud"),
        ("log_format", "xml"),
        ("open", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert [error["loc"] for error in caught.value.errors()] == [(name,)]


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_there_is_at_least_one_core():
    assert available_cores() >= 1
