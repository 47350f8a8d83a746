"""Log lines that say what happened and where, and nothing of what anybody wrote or of who they are.

Messages lose whatever looks like a secret, an address, a phone or a private link. Errors keep their kind, the place in
the code and, where their words cannot hold data, their words: an exception's message may quote a complaint.
Needs nothing but Python, so that the web server's own log can use it before the settings are read.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_mark: ContextVar[str] = ContextVar("request_mark", default="-")

GONE = "[…]"
# Order matters: what is private about an address of ours goes first, then what is secret by name, then by look.
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/(?:follow|join|key|confirm-email|outbox|feed|outside)/)[^/\s\"'?]+"), rf"\1{GONE}"),
    (re.compile(r"(/[^\s\"'?<>]*)\?[^\s\"'>]+"), rf"\1?{GONE}"),
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@"), rf"\1{GONE}@"),
    (re.compile(r"\b(Token|Bearer|Basic)\s+[\w.~+/=:-]{8,}"), rf"\1 {GONE}"),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:password|passwd|secret|token|code|cookie|session|authorization|credential|csrf\w*))"
            r"([\"']?\s*[=:]\s*)(?!\s)(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
        ),
        rf"\1\2{GONE}",
    ),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), GONE),
    (re.compile(r"\+\d[\d ().-]{6,}\d|(?<![\w.-])1[3-9]\d{9}(?![\w-])|(?<![\w.-])0\d{2,5}[ -]?\d{3,4}[ -]?\d{3,4}(?![\w-])"), GONE),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}(?::[\w-]+)*"), GONE),
)  # fmt: skip
# Kinds of errors whose words name code, settings and machines, never what came in with a request.
SPEAKING = (ImportError, NameError, AttributeError, NotImplementedError, RecursionError, MemoryError, OSError)
SPEAKING_NAMES = frozenset({"ImproperlyConfigured", "TemplateDoesNotExist", "NoOrganisation", "CannotStart"})
# What Celery puts into its messages about a task that failed.
QUOTING = frozenset({"exc", "traceback", "args", "kwargs", "data"})


def discreet(text: str) -> str:
    """The text without secrets, addresses, phones and private links."""
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text


def told(error: BaseException) -> str:
    """One line about an error. Of the database's errors the code and the names, of others the words if they are safe."""
    kind = type(error).__name__
    diag = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    if diag is not None:
        parts = (f"{name}={value}" for name in ("sqlstate", "constraint_name", "table_name", "column_name")
                 if (value := getattr(diag, name, None)))  # fmt: skip
        return f"{kind} {' '.join(parts)}".rstrip()
    words = str(error)
    if isinstance(error, SPEAKING) or kind in SPEAKING_NAMES:
        return f"{kind}: {discreet(words)}"
    return f"{kind} ({len(words)} characters withheld)" if words else kind


def error_lines(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The error with its causes first: places in the code, and one line each."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from error_lines(before, seen | {id(error)})
        yield "then:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield told(error)


def _plain(value: Any) -> Any:
    return told(value) if isinstance(value, BaseException) else value


class LineFormatter(logging.Formatter):
    """A line a record, the error's lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        lines = [f"{at} {record.levelname} {record.name} [{_mark()}] {self.message_of(record)}"]
        return "\n".join([*lines, *self.errors_of(record)])

    def message_of(self, record: logging.LogRecord) -> str:
        arguments = record.args
        if isinstance(arguments, Mapping):
            arguments = {key: GONE if key in QUOTING else _plain(value) for key, value in arguments.items()}
        elif arguments:
            arguments = tuple(map(_plain, arguments))
        message = str(_plain(record.msg))
        try:
            text = message % arguments if arguments else message
        except (TypeError, ValueError, KeyError):
            text = message
        # One record, one line: what was typed cannot forge another.
        return discreet(text).replace("\r", "\\r").replace("\n", "\\n")

    def errors_of(self, record: logging.LogRecord) -> list[str]:
        error = record.exc_info[1] if record.exc_info else None
        return list(error_lines(error)) if error is not None else []


class JsonFormatter(LineFormatter):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "mark": _mark(),
            "message": self.message_of(record),
        }
        if errors := self.errors_of(record):
            entry["error"] = errors
        return json.dumps(entry, ensure_ascii=False)


FORMATTERS = {"line": LineFormatter, "json": JsonFormatter}


def _mark() -> str:
    """What ties the lines of one request, or of one task, together."""
    celery = sys.modules.get("celery._state")
    task = celery.get_current_task() if celery and request_mark.get() == "-" else None
    return str(task.request.id) if task is not None and task.request.id else request_mark.get()


def logging_of(form: str, level: str) -> dict[str, Any]:
    """What `settings.LOGGING` says: everything to the console, as ``line`` or as ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "propcomm.logs.LineFormatter"}, "json": {"()": "propcomm.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would format by themselves; statements carry what people wrote.
            "django": {"handlers": [], "propagate": True},
            "django.db.backends": {"level": "INFO"},
            "fido2": {"level": "WARNING"},
        },
    }
