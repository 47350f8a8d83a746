"""A real SMTP server for tests that answers as told."""

import asyncio
import logging
import socket
import threading
from email import policy
from email.parser import BytesParser

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """Keeps what it takes. ``rcpt`` and ``data`` map an address to answers, given one a time, the last for good.

    An answer is a reply ("250 OK", "450 later"), or "hang", "drop" (after the words came) or "drop-taken" (the same,
    with the message kept).
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.rcpt: dict[str, list[str]] = {}
        self.data: dict[str, list[str]] = {}
        self.messages = []
        self.sessions = 0
        self._lock = threading.Lock()
        self._controller = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def _answer(self, script: dict[str, list[str]], address: str) -> str:
        with self._lock:
            answers = script.get(address, ["250 OK"])
            return answers.pop(0) if len(answers) > 1 else answers[0]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._answer(self.rcpt, address)
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self._answer(self.data, envelope.rcpt_tos[0])
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("250") or answer == "drop-taken":
            self.messages.append(BytesParser(policy=policy.default).parsebytes(envelope.original_content))
        if answer.startswith("drop"):
            server.transport.abort()
            return "250 never heard"
        return answer

    def to(self, address: str) -> list:
        return [message for message in self.messages if address in str(message["To"])]
