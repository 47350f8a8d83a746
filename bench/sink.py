"""A mail server that takes everything and keeps the count: `python -m bench.sink PORT FILE`. FILE holds how many."""

import asyncio
import sys
from pathlib import Path

from embedded.mailbox import Session
from embedded.processes import LOOPBACK


class Counter:
    """Stands where the mailbox keeps messages."""

    def __init__(self) -> None:
        self.taken = 0

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        self.taken += 1


async def serve(port: int, told: Path) -> None:
    counter = Counter()
    await asyncio.get_running_loop().create_server(lambda: Session(counter), LOOPBACK, port)  # type: ignore[arg-type]
    while True:
        told.write_text(str(counter.taken))
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
