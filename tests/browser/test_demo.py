"""The demo's door, and the mail it sent, read in the browser."""

import subprocess
import sys
import time

import pytest
from django.urls import clear_url_caches, include, path

from propcomm import platform_urls, urls  # both loaded as they are outside the demo, before it is switched on
from tests.notices.sink import free_port


@pytest.fixture
def mailbox(settings, tmp_path, town):
    """The demo's own mail server, as a process."""
    settings.DEMO, settings.ROOT_URLCONF = True, "tests.browser.demo_urls"
    bare = list(platform_urls.urlpatterns)
    assert not [route for route in urls.urlpatterns if str(route.pattern) == "demo/"]
    platform_urls.urlpatterns[:] = [*bare, path("demo/", include("propcomm.demo.urls"))]
    clear_url_caches()
    settings.OUTBOX_ROOT, settings.EMAIL_PORT = tmp_path / "outbox", free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "embedded.mailbox", str(settings.EMAIL_PORT), str(settings.OUTBOX_ROOT)]
    )
    deadline = time.monotonic() + 20
    while not settings.OUTBOX_ROOT.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield
    server.terminate()
    server.wait(10)
    platform_urls.urlpatterns[:] = bare
    clear_url_caches()


def test_demo_is_looked_around(visit, mailbox, work):
    guest = visit()
    place = guest.house
    with place.scope():
        place.answered()
    work()
    guest.open("/")
    guest.see("01-welcome")
    guest.follow("Choose whom to be")
    guest.see("02-people", dark=True)
    guest.page.locator("form[action*='/sign-in/']", has=guest.page.locator("button")).first.locator("button").click()
    guest.page.wait_for_url(place.origin + "/")
    guest.open("/demo/outbox/")
    guest.see("03-outbox", dark=True)
    guest.page.locator("main a.row-title").first.click()
    guest.see("04-letter")
    guest.open(f"http://localhost:{place.port}/")
    guest.see("05-platform")
