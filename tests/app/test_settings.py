import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import PREFIX, Settings, available_cores

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `NEURONPARK_(\w+)` \|(.*?)\|(.*?)\|(.*?)\|$", re.MULTILINE)
SPECIAL_DEFAULTS = {
    **dict.fromkeys(("allowed_hosts", "secret_key", "public_url", "trusted_proxies"), "empty"),
    "workers": "processor cores",
    "database": "a file of the port in the user's data directory",
}
SECRET = "x" * 32


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
        ("mode", "public"),
        ("public_url", "park.example"),
        ("public_url", "http://park.example"),
        ("public_url", "https://park.example/lab"),
        ("public_url", "https://me@park.example"),
        ("public_url", "https://park.example:port"),
        ("public_url", "https://[::1"),
        ("trusted_proxies", "proxy.example"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("session_lifetime", "59"),
        ("session_runs", "0"),
        ("session_sockets", "0"),
        ("address_sockets", "0"),
        ("session_requests", "often"),
        ("address_requests", ""),
        ("session_creations", "60"),
        ("address_creations", "60/fortnight"),
        ("host", ""),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "http"),
        ("workers", "0"),
        ("max_runs", "0"),
        ("max_body", "1"),
        ("database_timeout", "0"),
        ("save_interval", "0"),
        ("park_after", "-1"),
        ("keep_runs", "0"),
        ("keep_days", "inf"),
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


@pytest.mark.parametrize("secret", ["", "x" * 31])
def test_a_hosted_server_needs_a_secret(monkeypatch, secret):
    monkeypatch.setenv("NEURONPARK_MODE", "hosted")
    monkeypatch.setenv("NEURONPARK_SECRET_KEY", secret)
    with pytest.raises(ValidationError) as caught:
        Settings()
    (error,) = caught.value.errors()
    assert error["loc"] == ("secret_key",)
    assert "at least 32 characters" in error["msg"]
    assert "secrets.token_urlsafe(32)" in error["msg"]


def test_a_local_server_needs_none_and_no_secret_is_shown():
    assert not Settings(secret_key="").is_hosted
    settings = Settings(mode="hosted", secret_key=SECRET)
    assert settings.is_hosted
    assert SECRET not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Park.Example", "https://park.example"),
        ("https://park.example:8443/", "https://park.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_public_address_is_an_origin(url, origin):
    assert Settings(public_url=url).public_url == origin


def test_proxies_are_addresses_and_networks():
    assert Settings(trusted_proxies="127.0.0.1, 10.0.0.0/8, fd00::/8").trusted_proxies == (
        "127.0.0.1",
        "10.0.0.0/8",
        "fd00::/8",
    )
