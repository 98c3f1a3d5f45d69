"""Whose address counts: the client's behind trusted proxies, and nobody's word for it otherwise."""

import pytest

from app.addresses import UNKNOWN, client_address, networks

PROXIES = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def address(peer, *forwarded, trusted=PROXIES):
    scope = {
        "type": "http",
        "client": None if peer is None else (peer, 1234),
        "headers": [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded],
    }
    return client_address(scope, networks(trusted))


def test_without_proxies_the_peer_counts_whatever_it_says():
    assert address("203.0.113.7", "198.51.100.1", trusted=()) == "203.0.113.7"
    assert address("203.0.113.7", "198.51.100.1") == "203.0.113.7"
    assert address("127.0.0.1", "198.51.100.1", trusted=()) == "127.0.0.1"


def test_a_trusted_proxy_is_believed():
    assert address("127.0.0.1", "203.0.113.7") == "203.0.113.7"
    assert address("10.1.2.3", "203.0.113.7") == "203.0.113.7"


def test_what_the_client_wrote_before_the_proxy_is_not():
    assert address("127.0.0.1", "198.51.100.1, 203.0.113.7") == "203.0.113.7"
    assert address("127.0.0.1", "198.51.100.1", "203.0.113.7") == "203.0.113.7"
    assert address("127.0.0.1", "127.0.0.1, 203.0.113.7") == "203.0.113.7"


def test_a_chain_of_trusted_proxies_is_walked_through():
    assert address("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.9") == "203.0.113.7"
    assert address("127.0.0.1", "10.0.0.8, 10.0.0.9") == "10.0.0.8"


@pytest.mark.parametrize("nonsense", ["", "unknown", "203.0.113.7.8", "_hidden", "[::1", "[::1]x", "a:b:c", "\xff"])
def test_nonsense_is_the_proxys_own_address(nonsense):
    assert address("127.0.0.1", nonsense) == "127.0.0.1"
    assert address("127.0.0.1", f"{nonsense}, 203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:4711", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:aaaa::1]:443", "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_counted_however_it_is_written(written, counted):
    assert address("127.0.0.1", written) == counted


def test_every_device_of_an_ipv6_network_is_one():
    assert address("2001:db8::1") == address("2001:db8::ffff:1") != address("2001:db8:0:1::1")


@pytest.mark.parametrize("peer", [None, "", "unix"])
def test_who_has_no_address_is_counted_together(peer):
    assert address(peer, "203.0.113.7") == UNKNOWN
