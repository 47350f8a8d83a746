"""The lines of a worker process: one for each channel, in a thread, so that one that hangs holds up no other.

A task only starts those that have something to do and is done: the process is free for other work while they send.
Hence no more conversations with a mail server or provider than there are worker processes.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connections

from notices import queries
from notices.rules.pace import pace
from notices.services.running import Run, is_resting
from tenancy.context import scope

log = logging.getLogger(__name__)

STOP_SECONDS = 10
_lock = threading.Lock()
_stopping = threading.Event()
_lines: dict[str, threading.Thread] = {}


BUSY = "at work already"


def start(organisation_id: int | None = None, *, clock: Callable[[], datetime]) -> str:
    """Have what is due sent: in the background, or here where the settings say so (in tests). Returns what it did.

    ``organisation_id`` is whose messages are asked after; a line in the background sends everybody's.
    """
    due = _due_channels(organisation_id, clock())
    channels = [channel for channel in due if not is_resting(channel)]
    if due and not channels:
        return "resting"
    if settings.SENDING_IN_THREADS:
        started = _start(channels, clock)
        return BUSY if len(started) < len(channels) else f"started: {', '.join(started) or 'none'}"
    seconds = pace().inline_seconds
    runs = [Run(channel, organisation_id=organisation_id, seconds=seconds, clock=clock) for channel in channels]
    tried = sum(run() for run in runs)
    return f"{tried} tried"


def _due_channels(organisation_id: int | None, now: datetime) -> list[str]:
    if organisation_id is None:
        turns = queries.turns_anywhere(now)
    else:
        with scope(organisation_id):
            turns = queries.turns_of(organisation_id, now)
    return sorted({turn.channel for turn in turns})


def _start(channels: list[str], clock: Callable[[], datetime]) -> list[str]:
    """Start a line for each channel that has none at work in this process. Returns which."""
    started = []
    with _lock:
        for channel in channels:
            line = _lines.get(channel)
            if _stopping.is_set() or (line is not None and line.is_alive()):
                continue
            _lines[channel] = threading.Thread(target=_work, args=(channel, clock), name=f"send-{channel}", daemon=True)
            _lines[channel].start()
            started.append(channel)
    return started


def _work(channel: str, clock: Callable[[], datetime]) -> None:
    try:
        tried = Run(channel, stopping=_stopping, clock=clock)()
        log.info("%s: %d tried", channel, tried)
    except Exception:  # whatever was claimed comes due again by itself, and the beat starts the next line
        log.exception("%s: the run ended early", channel)
    finally:
        connections.close_all()


def stop(seconds: float = STOP_SECONDS) -> None:
    """Let each line finish the message in hand and give back the rest. For the end of a process."""
    _stopping.set()
    for line in _lines.values():
        line.join(seconds)


def wait(seconds: float) -> bool:
    """Wait until every line has nothing left to do; whether they have."""
    for line in list(_lines.values()):
        line.join(seconds)
    return not any(line.is_alive() for line in _lines.values())
