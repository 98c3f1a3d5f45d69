"""What the command line does for a hosted server: tokens, and refusing to begin without what it needs."""

import os
import subprocess

import httpx
import pytest

from tests.support.hosted import SECRET, signatures
from tests.support.server import COMMAND, ServerProcess

LONGEST = 40


def neuronpark(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEURONPARK_")}
    given = {f"NEURONPARK_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60, env={**kept, **given}
    )


def test_tokens_for_one_name_share_their_runs(hosted: ServerProcess) -> None:
    tokens = [neuronpark("token", "--for", "grading", secret_key=SECRET).stdout.strip() for _ in range(2)]
    first, second = ({"Authorization": f"Bearer {token}"} for token in tokens)
    created = httpx.post(f"{hosted.base_url}/api/v1/runs", json={}, headers=first)
    assert created.status_code == 201
    assert httpx.get(hosted.base_url + created.headers["location"], headers=second).status_code == 200


def test_a_token_is_a_new_owners_unless_it_is_named() -> None:
    made = [neuronpark("token", "--hours", "0.5", secret_key=SECRET) for _ in range(2)]
    signed = [signatures().read_token(done.stdout.strip()) for done in made]
    assert all(signed)
    assert len({found.owner for found in signed if found}) == 2
    assert made[0].stderr == "Send it as Authorization: Bearer …; it ends in 0.5 hours.\n"


@pytest.mark.parametrize("name", ["", "x" * (LONGEST + 1)])
def test_a_name_is_short(name: str) -> None:
    done = neuronpark("token", "--for", name, secret_key=SECRET)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "--for: Give a name of 1 to 40 characters.\n")


@pytest.mark.parametrize("command", [["token"], ["serve", "--no-open"]])
@pytest.mark.parametrize("secret", [{}, {"secret_key": "too short"}])
def test_without_a_secret_nothing_begins(command: list[str], secret: dict[str, str]) -> None:
    done = neuronpark(*command, mode="hosted", **secret)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "NEURONPARK_SECRET_KEY: A hosted server needs a secret of at least 32 characters. Make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'\n"
    )


def test_every_setting_that_cannot_be_used_is_named() -> None:
    done = neuronpark(
        "serve",
        mode="hosted",
        secret_key=SECRET,
        public_url="http://park.example",
        trusted_proxies="proxy",
        session_requests="often",
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "NEURONPARK_PUBLIC_URL: Give https:// and a host name, such as https://park.example.org, "
        "and nothing behind it.",
        "NEURONPARK_TRUSTED_PROXIES: Give IP addresses or networks, such as 127.0.0.1, 10.0.0.0/8.",
        "NEURONPARK_SESSION_REQUESTS: Give a number and a time, such as 60/minute; 1000/day.",
    ]
