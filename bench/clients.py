"""HTTP clients of the bench: raw sockets kept alive, one thread each, so that little of the time is theirs."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int, int], bytes]
TIMEOUT_SECONDS = 30


class WrongAnswer(Exception):
    """The server did not answer as it should: no figure is made of such answers."""


@dataclass
class Tally:
    """What a load brought about: seconds it lasted, and the seconds of each answer."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.seconds += other.seconds
        self.answers += other.answers

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds if self.seconds else 0.0

    @property
    def p95_ms(self) -> float:
        ranked = sorted(self.answers)
        return ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))] * 1000 if ranked else 0.0


class Client:
    """One connection kept alive; opened again when the server has closed it between two requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = b""

    def ask(self, request: bytes, status: int) -> bytes:
        """The body of the answer. Raises WrongAnswer unless it has this status."""
        for attempt in (0, 1):
            try:
                return self._ask(request, status)
            except (ConnectionError, BrokenPipeError):
                self.close()
                if attempt:
                    raise
        raise AssertionError

    def _ask(self, request: bytes, status: int) -> bytes:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self._read()
        head, self.rest = self.rest[:end], self.rest[end + 4 :]
        lower = head.lower()
        place = lower.find(b"content-length:")
        if place < 0:
            raise WrongAnswer(f"an answer without a length: {head[:200]!r}")
        length = int(lower[place + 15 :].split(b"\r\n", 1)[0])
        while len(self.rest) < length:
            self._read()
        body, self.rest = self.rest[:length], self.rest[length:]
        if int(head[9:12]) != status:
            raise WrongAnswer(f"{head.split(b'Date')[0][:300]!r} {body[:600]!r}")
        if b"connection: close" in lower:
            self.close()
        return body

    def _read(self) -> None:
        assert self.socket is not None
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("closed")
        self.rest += part

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""


class Crowd:
    """So many clients of one server, each with its own connection, asking as fast as they are answered."""

    def __init__(self, port: int, request: Request, *, clients: int, status: int = 200) -> None:
        self.clients = [Client(port) for _ in range(clients)]
        self.request, self.status = request, status
        self.asked = [0] * clients

    def run(self, seconds: float) -> Tally:
        """Ask for so long. Raises what the first client that failed raised."""
        tallies = [Tally() for _ in self.clients]
        failures: list[Exception] = []
        began = time.perf_counter()
        until = began + seconds
        threads = [
            threading.Thread(target=self._one, args=(index, until, tallies[index], failures), daemon=True)
            for index in range(len(self.clients))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 2 * TIMEOUT_SECONDS)
        if failures:
            raise failures[0]
        whole = Tally(seconds=time.perf_counter() - began)
        for tally in tallies:
            whole.answers += tally.answers
        return whole

    def _one(self, index: int, until: float, tally: Tally, failures: list[Exception]) -> None:
        client = self.clients[index]
        try:
            while time.perf_counter() < until and not failures:
                request = self.request(index, self.asked[index])
                self.asked[index] += 1
                began = time.perf_counter()
                client.ask(request, self.status)
                tally.answers.append(time.perf_counter() - began)
        except Exception as error:
            failures.append(error)

    def close(self) -> None:
        for client in self.clients:
            client.close()


def get(path: str, host: str, cookies: str = "") -> bytes:
    return _head("GET", path, host, cookies) + b"\r\n"


def post(path: str, host: str, cookies: str, body: bytes) -> bytes:
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", path, host, cookies) + form.encode() + body


def _head(method: str, path: str, host: str, cookies: str) -> bytes:
    cookie = f"Cookie: {cookies}\r\n" if cookies else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{cookie}Accept: text/html\r\nAccept-Language: en\r\n"
        f"Origin: http://{host}\r\n"
    ).encode()
