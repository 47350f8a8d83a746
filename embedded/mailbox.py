"""A small SMTP server that keeps what it is given: `python -m embedded.mailbox PORT FOLDER`.

Each message becomes one `.eml` file, named so that names sort by arrival, with the envelope in its first lines.
Written for a demo that sends to a whole estate at once: a general server of Python reads line by line, and is
four times slower than the sender.
"""

import asyncio
import os
import re
import signal
import sys
import time
from itertools import count
from pathlib import Path

from embedded.processes import LOOPBACK

MAX_BYTES = 32 * 1024 * 1024
MAX_LINE = 4096
END = b"\r\n.\r\n"
ADDRESS = re.compile(rb"(?:FROM|TO):\s*<([^<>\r\n]*)>", re.IGNORECASE)
FEATURES = ("localhost", "PIPELINING", f"SIZE {MAX_BYTES}", "8BITMIME", "SMTPUTF8")


class Box:
    """The folder of messages; a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        name = f"{time.time_ns():020d}-{next(self.numbers) % 1_000_000:06d}.eml"
        draft = self.folder / f".{name}"
        head = f"Return-Path: <{sender}>\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(head.encode())
            file.write(content)
        draft.rename(self.folder / name)


class Session(asyncio.Protocol):
    """One sender's connection."""

    transport: asyncio.Transport

    def __init__(self, box: Box) -> None:
        self.box = box
        self.buffer = bytearray()
        self.in_message = False
        self.searched_to = 0
        self.forget()

    def forget(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport
        self.say("220 localhost PropComm demo mailbox")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.take_message() if self.in_message else self.take_line():
            pass

    def say(self, *lines: str) -> None:
        self.transport.write("".join(f"{line}\r\n" for line in lines).encode())

    # -- messages --------------------------------------------------------------------------------------------------

    def take_message(self) -> bool:
        """Keep the message once its last line is there. The buffer starts with the line end that precedes it."""
        end = self.buffer.find(END, self.searched_to)
        if end < 0:
            self.searched_to = max(0, len(self.buffer) - len(END))
            if len(self.buffer) > MAX_BYTES:
                self.say("552 the message is too large")
                self.transport.close()
            return False
        content = bytes(self.buffer[2 : end + 2]).replace(b"\r\n..", b"\r\n.")
        if content.startswith(b".."):
            content = content[1:]
        del self.buffer[: end + len(END)]
        self.in_message = False
        try:
            self.box.keep(self.sender or "", self.recipients, content)
        except OSError as error:
            self.say(f"451 could not keep the message: {error.strerror}")
        else:
            self.say("250 kept")
        self.forget()
        return True

    # -- commands --------------------------------------------------------------------------------------------------

    def take_line(self) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            if len(self.buffer) > MAX_LINE:
                self.say("500 the line is too long")
                self.transport.close()
            return False
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        self.obey(line)
        return not self.transport.is_closing()

    def obey(self, line: bytes) -> None:
        verb, _, rest = line.partition(b" ")
        match verb.upper():
            case b"EHLO":
                self.forget()
                *others, last = FEATURES
                self.say(*(f"250-{feature}" for feature in others), f"250 {last}")
            case b"HELO" | b"RSET":
                self.forget()
                self.say("250 ok")
            case b"NOOP":
                self.say("250 ok")
            case b"MAIL" | b"RCPT":
                self.address(verb.upper(), rest)
            case b"DATA":
                if not self.recipients:
                    self.say("503 name a recipient first")
                    return
                self.in_message, self.searched_to = True, 0
                self.buffer[:0] = b"\r\n"  # so that a message of no lines ends like any other
                self.say("354 end with a dot on a line of its own")
            case b"QUIT":
                self.say("221 bye")
                self.transport.close()
            case _:
                self.say("502 not known here")

    def address(self, verb: bytes, rest: bytes) -> None:
        found = ADDRESS.match(rest)
        if not found:
            self.say("501 an address in angle brackets is needed")
        elif verb == b"MAIL":
            self.forget()
            self.sender = found[1].decode("utf-8", "replace")
            self.say("250 ok")
        elif self.sender is None:
            self.say("503 name the sender first")
        else:
            self.recipients.append(found[1].decode("utf-8", "replace"))
            self.say("250 ok")


async def serve(port: int, folder: Path) -> None:
    box = Box(folder)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    server = await loop.create_server(lambda: Session(box), LOOPBACK, port)
    await done.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
