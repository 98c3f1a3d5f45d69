"""Which address a request comes from, behind reverse proxies too.

A proxy adds the address it was called from at the end of `X-Forwarded-For`; what stands before may be invented by the
client. So the list is read from its end, and believed as long as trusted proxies wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import Scope

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

UNKNOWN = "unknown"
SITE_BITS = 64
"""Of an IPv6 address: one household or school has at least such a network, and every device changes its own part."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def client_address(scope: Scope, trusted: Sequence[Network]) -> str:
    """The client's address as it is counted: an IPv4 address, an IPv6 network, or "unknown" for all without one."""
    peer = _parse((scope.get("client") or ("", 0))[0])
    if peer is None:
        return UNKNOWN
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",") if trusted else []
    while hops and any(peer in network for network in trusted):
        before = _parse(hops.pop().strip())
        if before is None:
            break
        peer = before
    return _counted(peer)


def _parse(text: str) -> Address | None:
    """An address, with or without brackets and port; one of IPv4 that is written as one of IPv6 is what it is."""
    host, separator, rest = text.partition("]")
    bare = host.removeprefix("[") if separator else text
    if not separator and bare.count(":") == 1:
        bare = bare.partition(":")[0]
    elif rest and not rest.startswith(":"):
        return None
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _counted(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, SITE_BITS), strict=False))
