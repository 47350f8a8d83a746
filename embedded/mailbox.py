"""A real SMTP server that keeps what it is given: `python -m embedded.mailbox PORT FOLDER`.

Each message becomes one `.eml` file, named so that names sort by arrival, with the envelope in its first lines.
"""

import asyncio
import os
import signal
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from embedded.processes import LOOPBACK

MAX_BYTES = 32 * 1024 * 1024


class Keeper:
    """Writes messages; a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        name = f"{time.time_ns():020d}-{next(self.numbers) % 1_000_000:06d}.eml"
        head = f"Return-Path: <{envelope.mail_from}>\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        draft = self.folder / f".{name}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(head.encode("utf-8", "replace") + envelope.original_content)
            draft.rename(self.folder / name)
        except OSError as error:
            return f"451 could not keep the message: {error.strerror}"
        return "250 kept"


async def serve(port: int, folder: Path) -> None:
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)

    def session() -> SMTP:
        return SMTP(keeper, hostname="localhost", ident="demo", data_size_limit=MAX_BYTES, enable_SMTPUTF8=True)

    server = await loop.create_server(session, LOOPBACK, port)
    await done.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
