"""A stand-in for a virus scanner: speaks clamd's protocol, and misbehaves as told."""

import socket
import socketserver
import threading
from contextlib import contextmanager

VIRUS = b"X5O!P%@AP-stand-in-for-a-virus"


class _Talk(socketserver.BaseRequestHandler):
    def handle(self):
        server = self.server
        command = self._until_zero()
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM"
        server.asked += 1
        if server.manner == "hangs up":
            return
        if server.manner == "hangs":
            server.released.wait(5)
            return
        data = self._stream(most=1000 if server.manner == "full" else 10**9)
        if data is None:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        server.seen.append(data)
        found = b"stream: Stand-In.Virus FOUND\0" if VIRUS in data else b"stream: OK\0"
        self.request.sendall(server.answers.get(server.manner, found))

    def _until_zero(self):
        command = b""
        while (letter := self.request.recv(1)) not in (b"\0", b""):
            command += letter
        return command

    def _exactly(self, count):
        data = b""
        while len(data) < count and (part := self.request.recv(count - len(data))):
            data += part
        return data

    def _stream(self, most):
        data = b""
        while length := int.from_bytes(self._exactly(4), "big"):
            data += self._exactly(length)
            if len(data) > most:
                return None
        return data


class Scanner(socketserver.ThreadingTCPServer):
    """`manner` is how it behaves: well, hangs, hangs up, full, error, half, babbles."""

    daemon_threads = True
    allow_reuse_address = True
    answers = {
        "error": b"stream: Can't open file ERROR\0",
        "half": b"stream: O",
        "babbles": b"x" * 100_000,
        "near": b"stream: OK FOUND?\0",
    }

    def __init__(self, address=("127.0.0.1", 0), family=socket.AF_INET):
        self.address_family = family
        self.manner, self.asked, self.seen, self.released = "well", 0, [], threading.Event()
        super().__init__(address, _Talk)

    def handle_error(self, request, client_address):
        """A client that gives up on a hanging server is meant."""


@contextmanager
def running(**more):
    with Scanner(**more) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
