"""A mail server that takes everything and keeps the count: `python -m bench.sink PORT FILE`. FILE holds how many.

The usual one of Python, line by line and on one core, as the tests use it: both sides of the figure wait for it alike.
"""

import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from embedded.processes import LOOPBACK


class Counter:
    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 - as aiosmtpd calls it
        self.taken += 1
        return "250 taken"


def serve(port: int, told: Path) -> None:
    counter = Counter()
    Controller(counter, hostname=LOOPBACK, port=port, ready_timeout=20).start()
    while True:
        told.write_text(str(counter.taken))
        time.sleep(0.05)


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
