"""Chromium, a live server, real mail. Pages are walked as a person would, phone and desktop, English and Chinese."""

import os
import shutil

import pytest
from django.core.cache import cache

from tests.browser import town as towns
from tests.browser.visitor import EVERY_WINDOW, Visitor, window_name
from tests.notices.sink import Sink

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
]
# Owners' walks and the queue are made in every window; the others in these two, unless all are asked for.
WINDOWS = EVERY_WINDOW if os.environ.get("PROPCOMM_EVERY_WINDOW") else [("en", 1280), ("zh", 360)]


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__) + os.sep
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "system"]))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: install Debian's chromium package"))


@pytest.fixture(scope="package")
def chromium():
    """One browser for all walks of a worker."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would then refuse the tests' own plain queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def post(settings):
    """A real mail server. ``deliver`` does what the worker does every few seconds."""
    sink = Sink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
    yield sink
    sink.stop()


@pytest.fixture(params=WINDOWS, ids=window_name)
def window(request):
    return request.param


@pytest.fixture
def town(window, transactional_db, live_server, post, settings):
    """The organisation of this window's language, furnished."""
    port = int(live_server.url.rsplit(":", 1)[1])
    settings.PUBLIC_PORT = str(port)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, ".localhost"]
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    cache.clear()
    language, _ = window
    return {language: towns.build(language, port)}


@pytest.fixture
def visit(chromium, town, window, request):
    """``visit("name")`` opens a window; at the end everything that was wrong is told."""
    opened = []
    walk = request.node.originalname.removeprefix("test_")

    def start(*, script=True):
        visitor = Visitor(town, chromium, walk, *window, script=script)
        opened.append(visitor)
        return visitor

    yield start
    problems = [problem for visitor in opened for problem in visitor.problems]
    for visitor in opened:
        visitor.leave()
    if problems:
        pytest.fail("\n".join(dict.fromkeys(problems)), pytrace=False)


@pytest.fixture
def work(post, monkeypatch):
    """What the workers do: the tasks themselves, called here because no broker runs beside the tests."""
    from notices import tasks as mail
    from owners import tasks as registry
    from reports import queries as reports
    from reports import tasks as making

    def run():
        registry.run_waiting_imports()
        from django.utils import timezone

        for organisation_id, run_id in reports.runs_to_make(timezone.now()):
            making.make_report_task(organisation_id, str(run_id))
        mail.send_waiting_deliveries()

    return run
