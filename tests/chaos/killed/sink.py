"""A mail server that answers by script: `python -m tests.chaos.killed.sink PORT FILE`.

The first part of an address says what becomes of its first message: `later` 450, `closing` 421, `never` 550 each time,
`hang` no answer to the words, `drop` the words are kept and the connection is cut before the answer. Every later try is
taken. FILE gets a line for each message that was kept: the instant, its Message-ID, and `cut` when nobody was told.
"""

import asyncio
import os
import re
import sys
import time
from pathlib import Path

from embedded.mailbox import Session
from embedded.processes import LOOPBACK

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)", re.IGNORECASE | re.MULTILINE)
REFUSED = {"later": "450 4.2.1 not now", "closing": "421 4.3.2 closing", "never": "550 5.7.1 never"}


class Book:
    """Which addresses were tried, and what was kept."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._tried: set[tuple[str, str]] = set()

    def is_first(self, step: str, address: str) -> bool:
        first = (step, address) not in self._tried
        self._tried.add((step, address))
        return first

    def keep(self, content: bytes, *, was_told: bool) -> None:
        found = MESSAGE_ID.search(content)
        name = found[1].decode() if found else "?"
        os.write(self._file, f"{time.time():.3f} {name} {'told' if was_told else 'cut'}\n".encode())


class Scripted(Session):
    def __init__(self, book: Book) -> None:
        super().__init__(self)  # type: ignore[arg-type]  # it is its own box
        self.book = book

    def address(self, verb: bytes, rest: bytes) -> None:
        super().address(verb, rest)

    def say(self, *lines: str) -> None:
        """Answers to a recipient are the script's."""
        if lines == ("250 ok",) and self.recipients and not self.in_message and (no := self._refusal()):
            self.recipients.pop()
            lines = (no,)
        super().say(*lines)
        if lines[0].startswith("421"):
            self.transport.close()

    def _refusal(self) -> str:
        address = self.recipients[-1]
        word = address.partition("-")[0]
        if word in REFUSED and (word == "never" or self.book.is_first("rcpt", address)):
            return REFUSED[word]
        return ""

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        word = recipients[0].partition("-")[0]
        is_first = self.book.is_first("data", recipients[0])
        if is_first and word == "hang":
            self.transport.pause_reading()
            self.say = lambda *lines: None  # type: ignore[method-assign]  # whoever waits here waits for ever
            return
        is_cut = is_first and word == "drop"
        self.book.keep(content, was_told=not is_cut)
        if is_cut:
            self.transport.abort()


async def serve(port: int, path: Path) -> None:
    book = Book(path)
    await asyncio.get_running_loop().create_server(lambda: Scripted(book), LOOPBACK, port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
