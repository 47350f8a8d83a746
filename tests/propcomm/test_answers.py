"""What every answer tells the browser: each route, without a sign-in and as staff, files and errors too."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from attachments.models import Attachment
from tests.complaints.pages import photo, signed_in, text, typed
from tests.complaints.seeds import filed, furnish

NONCE = re.compile(r"'nonce-[A-Za-z0-9+/=]{22,}'")
PLAIN = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src 'none'", "base-uri 'none'", "connect-src 'self'", "font-src 'self'", "form-action 'self'",
    "frame-ancestors 'none'", "img-src 'self' data: blob:", "manifest-src 'self'", "media-src 'self'", "worker-src 'self'",
    "script-src 'self' NONCE",
    "style-src 'self' NONCE",
}  # fmt: skip
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def sound(response):
    """Has the whole set of headers."""
    for name, value in PLAIN.items():
        assert response[name] == value, name
    assert response.has_header("Cache-Control")
    assert "camera=(), " in response["Permissions-Policy"]
    policy = response["Content-Security-Policy"]
    if policy != FILE_POLICY:
        assert set(NONCE.sub("NONCE", policy).split("; ")) == POLICY
    assert "Access-Control-Allow-Origin" not in response
    return response


def addresses(patterns=None, prefix=""):
    """Every address of the resolver, its variables filled with what nobody has."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + re.sub(r"^\^|[$\\]|\\Z", "", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            filled = re.sub(r"<uuid:\w+>", str(uuid.UUID(int=7)), path)
            filled = re.sub(r"<int:\w+>", "7", filled)
            yield "/" + re.sub(r"<[^>]*>|\(\?P<[^)]*\)+|\(.*\)", "x", filled)


@pytest.mark.parametrize("role", [None, "admin"])
def test_every_route_answers_with_the_whole_set(house, role):
    furnish(house)
    client = signed_in(house, role) if role else Client(HTTP_HOST=house.host)
    client.raise_request_exception = False
    found = sorted(set(addresses()) - {"/accounts/logout/"})
    assert len(found) > 100
    for address in found:
        assert sound(client.get(address)).status_code < 500, address


def test_each_answer_has_a_nonce_of_its_own_and_the_page_uses_it(house):
    client = signed_in(house, "clerk")
    first, second = client.get("/"), client.get("/")
    nonces = [set(NONCE.findall(answer["Content-Security-Policy"])) for answer in (first, second)]
    assert len(nonces[0]) == len(nonces[1]) == 1
    assert nonces[0] != nonces[1]
    (nonce,) = nonces[0]
    assert f'nonce="{nonce[7:-1]}"' in text(first)


def test_what_is_not_there_is_the_same_page_byte_for_byte(house):
    client = signed_in(house, "clerk")
    assert client.get("/registry/people/nowhere/").content == client.get("/nowhere/").content


def test_files_have_them_too(house, settings):
    furnish(house)
    client = signed_in(house, "owner")
    client.post("/complaints/new/", {**typed(house), "photos": [photo()]})
    (file,) = Attachment.objects.all()
    assert sound(client.get(f"/files/{file.pk}/"))["Content-Security-Policy"] == FILE_POLICY
    for path in ("css/base.css", "js/app.js", "icons/favicon.svg", "nowhere.css"):
        sound(client.get(f"/static/{path}"))


def _boom(request):
    raise RuntimeError("boom")


def test_errors_have_them_too(house, monkeypatch):
    furnish(house)
    filed(house)
    client = signed_in(house, "clerk")
    client.raise_request_exception = False
    strict = Client(HTTP_HOST=house.host, enforce_csrf_checks=True)
    owner = signed_in(house, "owner")
    assert sound(client.get("/nowhere/")).status_code == 404
    assert sound(owner.get("/admin/triage/")).status_code == 403
    assert sound(strict.post("/accounts/login/", {})).status_code == 403
    assert sound(client.delete("/reports/")).status_code == 405
    assert sound(client.get("/", HTTP_HOST="evil.example")).status_code == 400
    assert sound(client.get("/", HTTP_HOST="nobody.localhost")).status_code == 200
    monkeypatch.setattr("complaints.views.portal.person_of", _boom)
    assert sound(client.get("/livez")).status_code == 200
    owner.raise_request_exception = False
    assert sound(owner.get("/complaints/new/")).status_code == 500


def test_too_large_a_form_is_refused_with_them(house):
    answer = Client(HTTP_HOST=house.host).post("/accounts/login/", {"login": "x" * (3 * 1024 * 1024)})
    assert sound(answer).status_code in (400, 413)


def test_over_https_the_browser_is_told_to_stay_there(house, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    settings.SECURE_SSL_REDIRECT = True
    client = Client(HTTP_HOST=house.host)
    moved = sound(client.get("/accounts/login/"))
    assert (moved.status_code, moved["Location"]) == (301, f"https://{house.host}/accounts/login/")
    assert client.get("/livez").status_code == 200
    plain = sound(client.get("/api/v1/complaints/", HTTP_AUTHORIZATION="Token seen"))
    assert (plain.status_code, plain["Content-Type"]) == (403, "application/problem+json")
    assert sound(client.get("/", secure=True))["Strict-Transport-Security"].startswith("max-age=31536000; includeSub")
    assert sound(client.get("/", HTTP_HOST="evil.example")).status_code == 400


# -- another origin's requests ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [
    {"HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_ORIGIN": "http://jinghu.localhost"},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_ORIGIN": "https://lakeside.localhost"},
    {"HTTP_ORIGIN": "http://lakeside.localhost:81"},
])  # fmt: skip
def test_what_another_origin_sends_is_refused_and_shown_again(house, headers):
    furnish(house)
    words = "Words from another place altogether."
    client = signed_in(house, "owner")
    answer = client.post("/complaints/new/", typed(house, description=words), **headers)
    assert sound(answer).status_code == 403
    assert words in text(answer)
    assert client.get("/complaints/").status_code == 200
    assert "C-LAK" not in text(client.get("/complaints/"))


@pytest.mark.parametrize("headers", [
    {},
    {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://lakeside.localhost"},
    {"HTTP_SEC_FETCH_SITE": "none"},
])  # fmt: skip
def test_our_own_pages_and_programs_are_heard(house, headers):
    furnish(house)
    answer = signed_in(house, "owner").post("/complaints/new/", typed(house), **headers)
    assert answer.status_code == 302


def test_the_trace_method_is_unknown(house):
    answer = Client(HTTP_HOST=house.host).generic("TRACE", "/join/x/")
    assert sound(answer).status_code == 405


def test_what_is_shown_to_somebody_is_kept_by_nobody(house):
    assert "no-store" in signed_in(house, "clerk").get("/registry/people/")["Cache-Control"]


def test_a_link_from_another_site_opens_a_page(house):
    assert Client(HTTP_HOST=house.host).get("/", HTTP_SEC_FETCH_SITE="cross-site").status_code == 200


# -- where one is sent -------------------------------------------------------------------------------------------------------


ELSEWHERE = [
    "https://evil.example/", "//evil.example/", r"/\evil.example", "http://jinghu.localhost/", "javascript:alert(1)",
    "https:evil.example", "/%09/evil.example", "http://lakeside.localhost@evil.example/", "\t//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("following", ELSEWHERE)
def test_no_redirect_leaves_the_host(house, following):
    client = signed_in(house, "clerk")
    answers = [
        client.get("/accounts/login/", {"next": following}),
        client.get("/admin/login/", {"next": following}, follow=True),
        client.post("/language/", {"language": "en", "next": following}),
        client.post("/accounts/logout/", {"next": following}),
    ]
    for answer in answers:
        chain = [url for url, _status in getattr(answer, "redirect_chain", [])] or [answer.get("Location", "/")]
        assert all(re.match(r"/(?![/\\\t])", url) for url in chain), chain


@pytest.mark.parametrize("host", ["evil.example", "lakeside.localhost.evil.example", "lakeside.localhost@evil.example"])
def test_an_unknown_host_is_refused_and_not_repeated(house, host):
    answer = Client(HTTP_HOST=host).get("/accounts/password/reset/")
    assert answer.status_code == 400
    assert "evil" not in text(answer)


def test_a_host_of_no_organisation_shows_the_landing_page_and_names_nobody(house):
    page = text(Client(HTTP_HOST="nobody.localhost").get("/"))
    assert "nobody" not in page
    assert house.organisation.name not in page


def test_cookies_are_bound_to_the_host_over_https():
    """The names of an installation's cookies: read in a process of its own, as the settings are read once."""
    import os
    import subprocess
    import sys
    from pathlib import Path

    root = Path(__file__).resolve().parent.parent.parent
    code = (
        "from propcomm import settings as s\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY)"
    )
    environment = {"SECRET_KEY": "x", "DATABASE_URL": "postgres://a@b/c", "PROPCOMM_BASE_DOMAIN": "example.com"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
        env={**environment, "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout.split() == ["__Host-session", "__Host-csrf", "__Host-language", *["True"] * 5]
