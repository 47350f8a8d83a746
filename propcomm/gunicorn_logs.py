"""gunicorn's own log, as discreet as ours: it names the address of a request that fails, and in the access log of all."""

import os
from typing import Any

from gunicorn.glogging import Logger

from propcomm.logs import FORMATTERS


class GunicornLogger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        formatter = FORMATTERS[os.environ.get("LOG_FORMAT") or "line"]()
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter)
