"""One POST to an address that an administrator set: bounded in time and size, to public addresses, without redirects."""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
LEAST_SECONDS = 0.1  # what is left for the answer when connecting took nearly all the time
MOST_BYTES = 64 * 1024
# Ways by which an IPv6 address names an IPv4 one that would not be let through: NAT64, 6to4, Teredo.
TUNNELS = tuple(ipaddress.ip_network(name) for name in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class NotReached(Exception):
    """Nothing was sent: no such host, no connection, an address that is not called."""


class BrokenOff(Exception):
    """It broke or took too long after the request was on its way: it may have been carried out."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Answer:
    """POST and read the answer within ``seconds``. Raises NotReached and BrokenOff, and nothing else."""
    until = time.monotonic() + seconds
    connection = _connected(url)
    # A server that trickles its answer keeps every single read short: the whole has an end too.
    timer = threading.Timer(max(until - time.monotonic(), LEAST_SECONDS), _cut, args=(connection,))
    timer.daemon = True
    timer.start()
    try:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers={"Connection": "close", **headers})
        response: HTTPResponse = connection.getresponse()
        read = response.read(MOST_BYTES)
        return Answer(response.status, read, {name.lower(): value for name, value in response.getheaders()})
    except (OSError, HTTPException, ValueError) as error:
        raise BrokenOff(type(error).__name__) from error
    finally:
        timer.cancel()
        connection.close()


def _cut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):  # it has ended by itself
            connection.sock.shutdown(socket.SHUT_RDWR)


def _connected(url: str) -> HTTPConnection:
    """A connection to the very address that was judged: a name cannot change what it means in between."""
    try:
        scheme, host, port = checked(url)
        address = allowed_address(host, port)
        connection = _pinned(scheme, host, port, address)
        connection.connect()
    except (OSError, ValueError) as error:  # TLS errors and names that cannot be resolved are OSErrors
        raise NotReached(f"{type(error).__name__}: {error}"[:200]) from error
    return connection


def checked(url: str) -> tuple[str, str, int]:
    """(scheme, host, port) of an address that may be called. Raises ValueError with a reason without the address."""
    parts = urlsplit(url)
    schemes = ("https", "http") if settings.GATEWAYS_MAY_BE_PRIVATE else ("https",)
    if parts.scheme not in schemes:
        raise ValueError("only https is called")
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError("no host, or a password in the address")
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def allowed_address(host: str, port: int) -> str:
    """The first network address of the host. Raises ValueError when any of them is not public, OSError when none."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.GATEWAYS_MAY_BE_PRIVATE and not all(map(is_public, found)):
        raise ValueError("the host lies in a private network")
    return found[0]


def is_public(address: str) -> bool:
    """Whether the address lies in the open internet: not ours, not the machine's own, not a tunnel into either."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    tunnelled = parsed.version == 6 and any(parsed in network for network in TUNNELS)
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved and not tunnelled


def _pinned(scheme: str, host: str, port: int, address: str) -> HTTPConnection:
    def connect(*_args: Any, **_kwargs: Any) -> socket.socket:
        return socket.create_connection((address, port), timeout=CONNECT_SECONDS)

    connection: HTTPConnection
    if scheme == "https":
        connection = HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection
