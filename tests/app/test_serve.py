"""Listening: the socket, its options, its refusals, and an end that leaves nothing behind."""

import errno
import os
import resource
import signal
import socket
import subprocess
import time

import httpx
import psutil
import pytest

from app.serve import CannotListen, address_of, allow_connections, bind, explain, who_may_open
from app.settings import Settings
from tests.support.server import COMMAND, ServerProcess, free_port


def test_connections_inherit_a_small_buffer_and_a_deadline():
    with bind(Settings(port=0, send_timeout=2.5)) as listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(True)
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 131_072


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1:{}/"), ("0.0.0.0", "http://localhost:{}/")]
)
def test_the_address_is_one_a_person_can_open(host, address):
    settings = Settings(host=host, port=0)
    with bind(settings) as listener:
        assert address_of(settings, listener) == address.format(listener.getsockname()[1])


def test_a_public_address_is_the_one_that_is_said():
    settings = Settings(port=0, public_url="https://park.example")
    with bind(settings) as listener:
        assert address_of(settings, listener) == "https://park.example/"


def test_an_address_of_version_6_is_bracketed():
    class Listener:
        def getsockname(self):
            return ("::1", 8000, 0, 0)

    assert address_of(Settings(host="::1"), Listener()) == "http://[::1]:8000/"


def test_a_port_in_use_is_explained_with_another():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen) as caught:
            bind(Settings(port=port))
    assert str(caught.value) == (
        f"Another program, perhaps another Neuron Park, listens on port {port} of 127.0.0.1. "
        f"End it, or use --port {port + 1}."
    )


@pytest.mark.parametrize(
    ("number", "settings", "words"),
    [
        (errno.EACCES, {"port": 80}, "Use a port from 1024 up, such as --port 8000."),
        (errno.EADDRNOTAVAIL, {"host": "192.0.2.1"}, "192.0.2.1 is not an address of this machine."),
        (errno.EADDRINUSE, {"port": 65535}, "use --port 8000."),
        (errno.ENOBUFS, {}, "Cannot listen on port 8000 of 127.0.0.1: No buffer space available."),
    ],
)
def test_every_refusal_says_what_to_do(number, settings, words):
    assert words in explain(OSError(number, os.strerror(number)), Settings(**settings))


def test_as_many_connections_are_allowed_as_can_be():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))
    try:
        allow_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(hard, 65_536), hard)
        allow_connections()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a" * 200, "exa mple"])
def test_a_host_that_is_not_known_is_refused(host):
    with pytest.raises(CannotListen, match=r"is not known. Use --host 127.0.0.1\."):
        bind(Settings(host=host, port=0))


def test_who_may_open_is_said_when_others_can():
    assert who_may_open(Settings()) is None
    assert who_may_open(Settings(host="::1")) is None
    said = who_may_open(Settings(host="0.0.0.0", allowed_hosts="lab.example"))
    assert "127.0.0.1, ::1, lab.example, localhost, this machine's IP addresses" in said
    assert "NEURONPARK_ALLOWED_HOSTS" in said


def test_a_port_in_use_ends_the_command_with_1(server):
    done = subprocess.run(
        [COMMAND, "serve", "--no-open", "--port", str(server.port)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Another program, perhaps another Neuron Park, listens on port")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "codes"), [(signal.SIGINT, {0}), (signal.SIGTERM, {0, -signal.SIGTERM})])
def test_a_signal_ends_everything(number, codes):
    with ServerProcess(workers=2) as running:
        run = httpx.post(f"{running.base_url}/api/v1/runs", json={}).json()
        httpx.post(f"{running.base_url}/api/v1/runs/{run['id']}/commands", json={"command": "start"})
        family = [psutil.Process(pid) for pid in running.pids]
        assert len(family) >= 3
        said = running.output
        code = running.stop(number)
    assert code in codes
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert f"Neuron Park is ready: http://127.0.0.1:{running.port}/" in said
    assert "Traceback" not in said


def test_a_kill_leaves_no_worker():
    with ServerProcess(workers=1) as running:
        family = [psutil.Process(pid) for pid in running.pids]
        running.process.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
        running.kill()


def test_the_browser_is_opened_when_asked(tmp_path):
    note = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {note}\n', encoding="utf-8")
    browser.chmod(0o755)
    port = free_port()
    with subprocess.Popen(
        [COMMAND, "serve", "--port", str(port), "--workers", "1", "--open"],
        env={"PATH": "/usr/bin:/bin", "NEURONPARK_DATABASE": "", "BROWSER": f"{browser} %s"},
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        said = serving.stderr.readline()
        for _ in range(100):
            if note.exists() and note.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        serving.send_signal(signal.SIGINT)
        serving.wait(15)
        serving.stderr.read()
    assert said == f"Neuron Park is ready: http://127.0.0.1:{port}/   Ctrl-C ends it.\n"
    assert note.read_text(encoding="utf-8") == f"http://127.0.0.1:{port}/"
