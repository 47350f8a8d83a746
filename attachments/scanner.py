"""A virus scanner that speaks clamd's protocol. No answer is never taken for a good one."""

import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from attachments.limits import ScannerLimits, scanner_limits

log = logging.getLogger(__name__)
CHUNK_BYTES = 64 * 1024
PORT = 3310
CLEAN, INFECTED, UNKNOWN = "clean", "infected", "unknown"
_FOUND = re.compile(rb"stream: (.+) FOUND")


class ScannerAddress(NamedTuple):
    """A host and port, or the path of a socket."""

    host: str = ""
    port: int = PORT
    path: str = ""


class ScannerFailed(Exception):
    """The scanner was not reached, broke off, took too long or said something else than clean or found."""


def address_of(url: str) -> ScannerAddress:
    """`clamd://host:port` or `clamd+unix:///path`. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme == "clamd+unix" and not parts.netloc and parts.path.startswith("/"):
        return ScannerAddress(path=parts.path)
    if parts.scheme == "clamd" and parts.hostname and not parts.path.strip("/"):
        return ScannerAddress(parts.hostname, parts.port or PORT)
    raise ValueError("the scanner's address is clamd://HOST:PORT or clamd+unix:///PATH")


def scan(source: IO[bytes]) -> str:
    """CLEAN, INFECTED or UNKNOWN. Without a scanner in the settings every file is clean. Reads the source from its start."""
    url = settings.UPLOAD_SCANNER_URL
    if not url:
        return CLEAN
    source.seek(0)
    try:
        answer = _ask(url, b"zINSTREAM\0", source)
        if answer == b"stream: OK":
            return CLEAN
        if found := _FOUND.fullmatch(answer):
            log.warning("the scanner found %s in an upload", found[1].decode("ascii", "replace")[:80])
            return INFECTED
        raise ScannerFailed(answer.decode("ascii", "replace")[:80] or "it hung up")
    except ScannerFailed as failure:
        log.error("the scanner did not check an upload: %s", failure)
        return UNKNOWN
    finally:
        source.seek(0)


def answers() -> bool:
    """Whether the scanner in the settings is there."""
    try:
        return _ask(settings.UPLOAD_SCANNER_URL, b"zPING\0", None) == b"PONG"
    except ScannerFailed:
        return False


def _ask(url: str, command: bytes, source: IO[bytes] | None) -> bytes:
    limits = scanner_limits()
    until = time.monotonic() + limits.answer_seconds
    try:
        with _connection(address_of(url), limits) as link:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may hang up early and still have said why
                for part in _parts(command, source):
                    _time_left(link, until)
                    link.sendall(part)
            return _reply(link, until, limits.reply_bytes)
    except (OSError, ValueError) as error:
        raise ScannerFailed(str(error) or type(error).__name__) from error


def _parts(command: bytes, source: IO[bytes] | None) -> Iterator[bytes]:
    """The command; of a file each chunk behind its length, then an empty one."""
    yield command
    if source is None:
        return
    while chunk := source.read(CHUNK_BYTES):
        yield len(chunk).to_bytes(4, "big") + chunk
    yield bytes(4)


@contextmanager
def _connection(address: ScannerAddress, limits: ScannerLimits) -> Iterator[socket.socket]:
    if address.path:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with link:
            link.settimeout(limits.connect_seconds)
            link.connect(address.path)
            yield link
    else:
        with socket.create_connection((address.host, address.port), timeout=limits.connect_seconds) as link:
            yield link


def _time_left(link: socket.socket, until: float) -> None:
    """One limit for the whole talk: a scanner that answers a byte a second does not hold a request for long."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    link.settimeout(left)


def _reply(link: socket.socket, until: float, most: int) -> bytes:
    """One line, ended by a zero byte, a line feed or the end of the connection."""
    reply = b""
    while not reply.endswith((b"\0", b"\n")):
        _time_left(link, until)
        part = link.recv(1024)
        if not part:
            break
        reply += part
        if len(reply) > most:
            raise ScannerFailed("its answer does not end")
    return reply.strip(b"\0\r\n ")
