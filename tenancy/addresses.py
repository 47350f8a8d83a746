"""Whose request it is: the client's network address, which no header of the client's own can change."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPV6_PREFIX = 64  # one customer's line has at least this many addresses to choose from


def client_address(request: HttpRequest) -> str:
    """The address of the client, "" when there is none (a Unix socket without a proxy that names one).

    Without PROPCOMM_TRUSTED_PROXIES the peer of the connection. With networks: of peer and X-Forwarded-For, read from
    the right, the first address that is no trusted proxy. With a number: so many places left of the peer.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    trusted = trusted_proxies(str(settings.TRUSTED_PROXIES))
    if not trusted:
        return str(_address(peer) or "")
    said = request.META.get("HTTP_X_FORWARDED_FOR", "")
    way = [*(part for part in said.split(",") if part.strip()), peer]
    found = _behind(way, trusted) if isinstance(trusted, int) else _first_stranger(way, trusted)
    return str(found or "")


def client_network(request: HttpRequest) -> str:
    """What limits count by: the IPv4 address, or the /64 of the IPv6 address."""
    address = _address(client_address(request))
    if address is None:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def _behind(way: list[str], proxies: int) -> Address | None:
    """Each proxy adds on the right whom it hears: the client stands left of what the proxies added."""
    return _address(way[max(len(way) - 1 - proxies, 0)]) or _address(way[-1])


def _first_stranger(way: list[str], trusted: tuple[Network, ...]) -> Address | None:
    last = None
    for part in reversed(way):
        address = _address(part)
        if address is None and last is None and not part.strip():
            continue  # the peer is a Unix socket
        if address is None:
            break  # damaged: whoever passed it on is the last that is known
        last = address
        if not any(address in network for network in trusted):
            break
    return last


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets; IPv4 inside IPv6 as IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


@lru_cache(maxsize=8)
def trusted_proxies(said: str) -> int | tuple[Network, ...]:
    """PROPCOMM_TRUSTED_PROXIES: a number of proxies, or networks separated by commas. Raises ImproperlyConfigured."""
    if said.strip().isdecimal():
        return int(said)
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in said.split(",") if part.strip())
    except ValueError as error:
        raise ImproperlyConfigured("PROPCOMM_TRUSTED_PROXIES is a number, or networks such as 10.0.0.0/8") from error
