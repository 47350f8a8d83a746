"""How fast a notice's e-mails leave by one worker of two processes, beside smtplib alone in two."""

import contextlib
import multiprocessing
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.place import ROOT, VAR
from embedded.processes import LOOPBACK, dies_with_parent, free_port

PROCESSES = 2
SHARE = 5  # of the rows of the bench so many are messages
FLOOR_MESSAGES = 1500  # by each process
GIVE_UP_SECONDS = 60  # without any message
ORGANISATION = "bench-3"
# Recipients and deliveries as sending a notice writes them, without people behind them.
RECIPIENTS = """
INSERT INTO notices_noticerecipient (organisation_id, id, notice_id, name, language, email, phone, postal_address, units,
    chain_step, acknowledged_how)
SELECT %(organisation)s, gen_random_uuid(), %(notice)s, 'Reader ' || i, 'en', 'reader' || i || '@bench.example', '', '',
    'T1-' || i, 1, ''
FROM generate_series(1, %(rows)s) i
"""
DELIVERIES = """
INSERT INTO notices_delivery (organisation_id, id, channel, urgency, notice_id, recipient_id, event, dedupe_key,
    recipient_name, address, language, subject, text, html, link, about_type, state, attempts, last_error, created_at,
    next_attempt_at)
SELECT organisation_id, gen_random_uuid(), 'email', 9, notice_id, id, 'notice', 'notice:' || notice_id || ':' || id,
    name, email, language, '', '', '', '/notices/', '', 'queued', 0, '', %(now)s, %(now)s
FROM notices_noticerecipient WHERE organisation_id = %(organisation)s AND notice_id = %(notice)s
"""
BODY = "\n\n".join(["The water is switched off from nine to noon for works on the riser. " * 3] * 3)


class Sink:
    """The mail server both send to."""

    def __init__(self, port: int, told: Path) -> None:
        self.port, self._told = port, told

    def taken(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return int(self._told.read_text())
        return 0


def notice_drain(rows: int) -> Figure:
    """A notice to a fifth as many readers as there are complaints; the floor sends ready-made mails of the same size."""
    messages = max(rows // SHARE, 200)
    with _sink() as sink:
        os.environ["EMAIL_URL"] = f"smtp://{LOOPBACK}:{sink.port}"
        content = _write(messages)
        bare = _floor(sink, content)
        before = sink.taken()
        with _worker() as worker:
            seconds = _drain(sink, before, messages)
            largest = _largest(worker.pid)
            left = _left()
    if left:
        raise SystemExit(f"{left} of {messages} messages did not leave")
    told = {"seconds": round(seconds, 2), "bytes": len(content), "rss_mb": round(largest / 1024)}
    return Figure(messages / seconds, bare, "messages/s", rows=messages, clients=PROCESSES, extra=told)


def _write(messages: int) -> bytes:
    """The notice and its outbox. Returns one of its mails, ready-made."""
    from django.db import connection
    from django.utils import timezone

    from notices.mail import message_of
    from notices.models import Delivery, Notice, NoticeVersion
    from tenancy.context import scope
    from tenancy.models import Membership, Organisation

    organisation, now = Organisation.objects.get(slug=ORGANISATION), timezone.now()
    with scope(organisation.pk), connection.cursor() as cursor:
        author = Membership.objects.filter(role="admin").first() or Membership.objects.all()[0]
        notice = Notice.objects.create(
            author=author, created_at=now, state="sending", number=f"N-{now:%H%M%S}", sends_at=now, frozen_at=now
        )
        NoticeVersion.objects.create(
            notice=notice, title_en="Water off on Friday", body_en=BODY, author=author, created_at=now
        )
        values = {"organisation": organisation.pk, "notice": notice.pk, "rows": messages, "now": now}
        cursor.execute(RECIPIENTS, values)
        cursor.execute(DELIVERIES, values)
        sample = Delivery.objects.filter(notice=notice).select_related("notice", "recipient")[0]
        return bytes(message_of(sample, organisation).message().as_bytes(linesep="\r\n"))


# -- the product -----------------------------------------------------------------------------------------------------------


def _drain(sink: Sink, before: int, messages: int) -> float:
    """Seconds from the first message at the server to the last, with the beat's calls. Raises SystemExit when it stops."""
    from notices import tasks

    began, first, seen, seen_at = time.monotonic(), 0.0, before, time.monotonic()
    called_at = 0.0
    while sink.taken() < before + messages:
        now = time.monotonic()
        if now - called_at > 1:
            tasks.send_waiting_deliveries.apply_async()
            called_at = now
        if sink.taken() != seen:
            first = first or now
            seen, seen_at = sink.taken(), now
        if now - seen_at > GIVE_UP_SECONDS:
            raise SystemExit(f"only {seen - before} of {messages} messages came within {now - began:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - first


@contextlib.contextmanager
def _worker() -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "celery", "--app=propcomm", "--quiet", "worker", f"--concurrency={PROCESSES}",
               "--loglevel=WARNING", "--without-gossip", "--without-mingle"]  # fmt: skip
    with open(VAR / "worker.log", "wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stdout=log, stderr=log, preexec_fn=dies_with_parent(signal.SIGTERM)
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _largest(pid: int) -> int:
    """KiB that the largest of the worker's processes has ever held."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    pids = [pid, *map(int, children.read_text().split())] if children.exists() else [pid]
    return max((_peak(one) for one in pids), default=0)


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def _left() -> int:
    """Messages whose outcome is not written; the last ones are, a moment after the server has them."""
    from notices.models import Delivery

    deadline, left = time.monotonic() + GIVE_UP_SECONDS, 1
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = Delivery.across.using("system").filter(channel="email", state__in=("queued", "claimed")).count()
    return left


# -- the floor ---------------------------------------------------------------------------------------------------------------


def _floor(sink: Sink, content: bytes) -> float:
    """Messages a second that smtplib sends over one connection of each process."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES + 1), context.Queue()
    senders = [context.Process(target=_send_bare, args=(sink.port, content, start, results)) for _ in range(PROCESSES)]
    for sender in senders:
        sender.start()
    start.wait(60)
    seconds = max(results.get(timeout=300) for _ in senders)
    for sender in senders:
        sender.join()
    return PROCESSES * FLOOR_MESSAGES / seconds


def _send_bare(port: int, content: bytes, start: Any, results: Any) -> None:
    server = smtplib.SMTP(LOOPBACK, port)
    server.ehlo()
    start.wait(60)
    began = time.perf_counter()
    for number in range(FLOOR_MESSAGES):
        server.sendmail("no-reply@bench.example", [f"reader{number}@bench.example"], content)
    results.put(time.perf_counter() - began)
    server.quit()


@contextlib.contextmanager
def _sink() -> Iterator[Sink]:
    port, told = free_port(), VAR / "sink.count"
    told.write_text("0")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(port), str(told)],
        cwd=ROOT,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        _wait(port)
        yield Sink(port, told)
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), smtplib.SMTP(LOOPBACK, port, timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the sink did not start")
