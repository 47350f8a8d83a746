"""What people type, and who they are, never reaches a log line; what happened and where does."""

import io
import json
import logging
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection, transaction
from django.test import Client
from django.views.debug import ExceptionReporter

from complaints import queries
from complaints.models import Complaint
from propcomm.celery import app
from propcomm.gunicorn_logs import GunicornLogger
from propcomm.logs import JsonFormatter, LineFormatter, discreet, told
from tests.complaints.pages import signed_in, typed
from tests.complaints.seeds import accepted, furnish


@pytest.fixture
def written():
    """Everything that is logged, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


class Markers:
    """Words that nobody would write by chance, each used once."""

    def __init__(self):
        self.planted = []

    def __call__(self, shape="{}"):
        self.planted.append(f"mk{len(self.planted):02d}zx")
        return shape.format(self.planted[-1])


def _visitor_types(client, mark):
    client.get(f"/complaints/follow/{mark()}/")
    client.post(f"/complaints/follow/{mark()}/reply/", {"text": mark()})
    client.get(f"/join/{mark()}/?from={mark()}")
    client.get(f"/outside/{mark()}/")
    client.post(f"/outside/{mark()}/", {"cause": mark()})
    client.post("/accounts/login/", {"login": mark("{}@x.example"), "password": mark()})
    client.post("/accounts/login/code/", {"email": mark("{}@x.example")})
    client.post("/accounts/login/code/confirm/", {"code": mark()})
    client.post("/accounts/password/reset/", {"email": mark("{}@x.example")})
    client.post("/accounts/password/reset/code/", {"code": mark()})
    client.get(f"/accounts/password/reset/key/{mark()}-{mark()}/")
    client.post("/accounts/signup/", {"email": mark("{}@x.example"), "password1": mark()})
    client.post("/accounts/2fa/webauthn/login/", {"credential": mark()})
    client.get(
        "/", HTTP_HOST="lakeside.localhost", HTTP_REFERER=mark("https://x.example/?q={}"), HTTP_COOKIE=mark("a={}")
    )
    client.get("/accounts/login/", {"next": mark("/{}/")})
    Client(HTTP_HOST="lakeside.localhost", enforce_csrf_checks=True).post("/accounts/login/", {"password": mark()})


def _owner_types(house, client, mark):
    words = {"description": mark(), "demand": mark(), "place": mark(), "where": "common", "subject_staff": mark()}
    client.post("/complaints/new/", typed(house, **words))
    photo = SimpleUploadedFile(mark("{}.jpg"), b"no photo at all")
    client.post("/complaints/new/", {**typed(house, description=mark()), "photos": [photo]})
    number = Complaint.objects.order_by("-pk")[0].number
    client.post(f"/complaints/{number}/reply/", {"text": mark(), "words": mark()})
    client.post(f"/complaints/{number}/nothing/", {"text": mark(), "rating": mark()})
    client.get("/complaints/", {"q": mark(), "after": mark()})
    client.post("/units/ask/", {"unit_words": mark(), "name": mark(), "phone": "+44 20 7946 0958", "words": mark()})
    client.post("/language/", {"language": mark(), "next": mark()})


def _staff_type(house, client, number, mark):
    for act in ("answer", "note", "reply", "reject", "propose"):
        client.post(f"/admin/triage/{number}/{act}/", {"words": mark(), "text": mark(), "reason": mark()})
    client.get("/admin/triage/", {"q": mark(), "at": mark()})
    client.post("/admin/triage/filters/", {"name": mark(), "query": mark("q={}")})
    client.get("/registry/people/", {"q": mark()})
    client.post("/complaints/enter/", {"q": mark(), "description": mark(), "name": mark(), "phone": mark()})
    client.post("/registry/import/", {"file": SimpleUploadedFile(mark("{}.csv"), mark("Name\n{}\n").encode())})
    client.post("/admin/complaints/category/add/", {"name": mark(), "code": mark()})


def test_nothing_typed_reaches_the_log_and_a_follow_link_does_not_either(house, written):
    furnish(house)
    complaint, mark = accepted(house), Markers()
    token = queries.follow_token(complaint)
    visitor = Client(HTTP_HOST=house.host)
    for client in (visitor, signed_in(house, "owner"), signed_in(house, "admin")):
        client.raise_request_exception = False
    _visitor_types(visitor, mark)
    owner, admin = signed_in(house, "owner"), signed_in(house, "admin")
    _owner_types(house, owner, mark)
    _staff_type(house, admin, complaint.number, mark)
    visitor.get(f"/complaints/follow/{token}/files/nothing/")
    log = written.getvalue()
    assert len(mark.planted) >= 40
    assert [word for word in mark.planted if word in log] == []
    assert token not in log
    assert "7946" not in log
    assert "Not Found: /complaints/follow/[…]/" in log


BREAKS = [
    lambda text: ValueError(f"cannot use {text!r}"),
    lambda text: KeyError(text),
    lambda text: RuntimeError(text),
    lambda text: UnicodeEncodeError("ascii", text, 0, 1, text),
]


@pytest.mark.parametrize("make", BREAKS)
def test_an_error_that_quotes_the_complaint_is_logged_without_it(house, written, monkeypatch, make):
    furnish(house)
    mark = Markers()

    def broken(*, filing, **_):
        try:
            raise make(filing.description)
        except Exception as error:
            raise RuntimeError(f"no filing: {error}") from error

    monkeypatch.setattr("complaints.views.portal.file_complaint", broken)
    client = signed_in(house, "owner")
    client.raise_request_exception = False
    answer = client.post("/complaints/new/", typed(house, description=mark("My {} phone is 07700 900123.")))
    log = written.getvalue()
    assert answer.status_code == 500
    assert mark.planted[0] not in log
    assert "900123" not in log
    assert "Internal Server Error: /complaints/new/" in log
    assert f"[{answer['X-Request-ID']}]" in log
    assert "test_logs.py" in log
    assert "characters withheld)" in log


def test_the_databases_errors_are_named_and_hold_nothing_of_the_statement(house, written):
    with pytest.raises(DataError, match="mkwords") as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS integer)", ["mkwords of somebody"])
    assert told(caught.value) == "DataError sqlstate=22P02"
    logging.getLogger("x").error("of %s: %s", "something", caught.value, exc_info=caught.value)
    assert "DataError sqlstate=22P02" in written.getvalue()
    assert "mkwords" not in written.getvalue()


@pytest.mark.parametrize(("said", "kept"), [
    ("mail to bob.li@lakeside.example failed", "mail to […] failed"),
    ("call +44 20 7946 0958 now", "call […] now"),
    ("call 13800138000 now", "call […] now"),
    ("call 020 7946 0958 now", "call […] now"),
    ("password=hunter2 was wrong", "password=[…] was wrong"),
    ('{"code": "AB3-9XZ", "n": 1}', '{"code": […], "n": 1}'),
    ("Authorization: Token pc_9f3kA8xLQ2", "Authorization: […] […]"),
    ("GET /complaints/follow/aZ9/files/1/?x=1", "GET /complaints/follow/[…]/files/1/?[…]"),
    ("redis://:s3cret@10.0.0.1:6379/0", "redis://:[…]@10.0.0.1:6379/0"),
    ("C-LAK-2026-000123 at 2026-11-25 17:12:35", "C-LAK-2026-000123 at 2026-11-25 17:12:35"),
    ("Task a.b[0191f7c2-0000-7000-8000-000000000007] succeeded in 0.2s: 'sent'",
     "Task a.b[0191f7c2-0000-7000-8000-000000000007] succeeded in 0.2s: 'sent'"),
])  # fmt: skip
def test_what_a_line_loses_and_what_it_keeps(said, kept):
    assert discreet(said) == kept


def test_a_typed_line_break_forges_no_line(written):
    logging.getLogger("x").warning("name %s", "a\n2026-01-01 ERROR forged")
    assert len(written.getvalue().splitlines()) == 1


def test_a_failed_task_is_logged_without_the_words_of_its_error(written):
    @app.task(name="tests.fails", ignore_result=True)
    def fails():
        raise ValueError("mkwords of somebody")

    result = fails.apply()
    assert result.state == "FAILURE"
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] %(description)s: %(exc)s",
        {
            "name": "tests.fails",
            "id": "7",
            "description": "raised",
            "exc": "ValueError('mkwords')",
            "args": "('mkwords',)",
        },
    )
    app.tasks.pop("tests.fails")
    assert "tests.fails" in written.getvalue()
    assert "mkwords" not in written.getvalue()


def test_tasks_are_given_ids_and_keep_no_results():
    import inspect

    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert len(ours) >= 7
    for name, task in ours.items():
        given = inspect.signature(task.run).parameters
        assert all(parameter.endswith("_id") or parameter.startswith("is_") for parameter in given), name
    assert app.conf.task_ignore_result is True


def test_json_lines(written):
    record = logging.LogRecord("a.b", logging.ERROR, "f.py", 7, "broke for %s", ("x@y.example",), None)
    try:
        raise ValueError("mkwords")
    except ValueError:
        record.exc_info = sys.exc_info()
    entry = json.loads(JsonFormatter().format(record))
    assert entry["message"] == "broke for […]"
    assert entry["level"] == "ERROR"
    assert entry["error"][-1] == "ValueError (7 characters withheld)"


def test_a_report_of_an_error_shows_neither_what_was_sent_nor_variables(rf):
    request = rf.post("/complaints/new/", {"description": "mkwords"}, HTTP_COOKIE="session=mkcookie")
    try:
        local = "mklocal"
        raise ValueError(local)
    except ValueError:
        text = ExceptionReporter(request, *sys.exc_info(), is_email=True).get_traceback_text()
    assert "mkwords" not in text
    assert "mkcookie" not in text


def test_gunicorn_writes_as_we_do(capsys):
    from gunicorn.config import Config

    settings = Config()
    settings.set("errorlog", "-")
    settings.set("accesslog", "-")
    logger = GunicornLogger(settings)
    logger.error("Error handling request %s", "/complaints/follow/mktoken/?q=mkwords")
    logger.access_log.info("GET %s", "/join/mktoken/")
    said = capsys.readouterr()
    assert "/complaints/follow/[…]/" in said.err
    assert "/join/[…]/" in said.out + said.err
    assert "mk" not in said.out + said.err
