"""The demo's captured mail and its one-click door."""

import pytest
from django.urls import clear_url_caches, include, path

from propcomm import platform_urls, urls  # loaded as they are outside the demo, before a test switches it on
from tests.factories.house import in_scope_of

MAIL = """Return-Path: <no-reply@localhost>\r
X-Envelope-To: {to}\r
From: Lakeside <no-reply@localhost>\r
To: {to}\r
Subject: {subject}\r
{head}MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Open http://lakeside.localhost:8000/q/1 <script>alert(1)</script> 漏水\r
--x\r
Content-Type: text/html; charset=utf-8\r
\r
<p>never shown</p>\r
--x--\r
"""


@pytest.fixture
def demo(settings, tmp_path, client):
    settings.DEMO, settings.OUTBOX_ROOT = True, tmp_path / "outbox"
    settings.OUTBOX_ROOT.mkdir()
    extra = path("demo/", include("propcomm.demo.urls"))
    for patterns in (urls.urlpatterns, platform_urls.urlpatterns):
        patterns.append(extra)
    clear_url_caches()
    client.defaults["HTTP_HOST"] = "lakeside.localhost"
    yield client
    for patterns in (urls.urlpatterns, platform_urls.urlpatterns):
        patterns.remove(extra)
    clear_url_caches()


def keep(settings, number, *, to="owner@lakeside.example", subject="Your complaint", slug="lakeside"):
    head = f"X-PropComm-Organisation: {slug}\r\n" if slug else ""
    name = f"{1_772_000_000_000_000_000 + number:020d}-{number:06d}.eml"
    text = MAIL.format(to=to, subject=subject, head=head)
    (settings.OUTBOX_ROOT / name).write_bytes(text.encode())
    return name


def test_outside_the_demo_there_is_no_such_address(client, house):
    client.defaults["HTTP_HOST"] = "lakeside.localhost"
    for address in ("/demo/", "/demo/outbox/"):
        assert client.get(address).status_code == 404


def test_even_when_wired_up_by_mistake_nothing_answers_outside_the_demo(demo, house, settings):
    settings.DEMO = False
    assert demo.get("/demo/").status_code == 404
    assert demo.post(f"/demo/sign-in/{house.admin.pk}/").status_code == 404
    assert "_auth_user_id" not in demo.session


def test_one_click_signs_in(demo, house):
    page = demo.get("/demo/").content.decode()
    assert "Sign in as Owner of Lakeside" in page
    answer = demo.post(f"/demo/sign-in/{house.owner.pk}/")
    assert (answer.status_code, answer.url) == (302, "/")
    assert demo.session["_auth_user_id"] == str(house.owner.user.pk)


def test_a_link_signs_nobody_in(demo, house):
    assert demo.get(f"/demo/sign-in/{house.owner.pk}/").status_code == 405


def test_nobody_becomes_a_person_of_another_organisation(demo, house, stranger):
    assert demo.post(f"/demo/sign-in/{stranger.owner.pk}/").status_code == 404
    assert "Jinghu" not in demo.get("/demo/").content.decode()


def test_nobody_becomes_a_real_person_added_to_the_demo(demo, house):
    from tenancy.models import Membership, User

    real = Membership.objects.create(user=User.objects.create_user("me@company.test"), role="admin", name="Me")
    assert demo.post(f"/demo/sign-in/{real.pk}/").status_code == 404


def test_the_outbox_shows_an_organisations_own_mail_newest_first(demo, house, settings):
    keep(settings, 1, subject="First")
    keep(settings, 2, subject="Second")
    keep(settings, 3, subject="Theirs", slug="jinghu")
    keep(settings, 4, subject="Code", slug="")
    keep(settings, 5, subject="Their code", slug="", to="owner@jinghu.example")
    page = demo.get("/demo/outbox/")
    assert [row.subject for row in page.context["page"]] == ["Code", "Second", "First"]
    demo.defaults["HTTP_HOST"] = "localhost"
    assert len(demo.get("/demo/outbox/").context["page"]) == 5


def test_a_mail_is_shown_as_text_with_its_links(demo, house, settings):
    name = keep(settings, 1, subject="=?utf-8?b?5ryP5rC0?=")
    page = demo.get(f"/demo/outbox/{name}/").content.decode()
    assert "漏水" in page
    assert "<h1>漏水</h1>" in page
    assert '<a href="http://lakeside.localhost:8000/q/1"' in page
    assert "<script>alert" not in page
    assert "never shown" not in page


def test_another_organisations_mail_and_odd_names_are_404(demo, house, settings):
    theirs = keep(settings, 1, slug="jinghu")
    for name in (theirs, "nothing.eml", "..%2f..%2fmanage.py", "%2e%2e"):
        assert demo.get(f"/demo/outbox/{name}/").status_code == 404


def test_mail_is_found_by_recipient_and_subject(demo, house, settings):
    keep(settings, 1, subject="Lift repaired")
    keep(settings, 2, subject="Water off", to="clerk@lakeside.example")
    found = demo.get("/demo/outbox/?q=LIFT+owner@").context["page"]
    assert [row.subject for row in found] == ["Lift repaired"]
    assert "No mail found" in demo.get("/demo/outbox/?q=nowhere").content.decode()


def test_much_mail_is_paged(demo, house, settings):
    for number in range(70):
        keep(settings, number, subject=f"Mail {number:02d}")
    first = demo.get("/demo/outbox/?q=mail")
    second = demo.get(f"/demo/outbox/{first.context['older']}")
    subjects = [row.subject for page in (first, second) for row in page.context["page"]]
    assert subjects == [f"Mail {number:02d}" for number in reversed(range(70))]
    assert second.context["older"] == ""


def test_broken_mail_breaks_nothing(demo, house, settings):
    (settings.OUTBOX_ROOT / "1772000000000000000-000001.eml").write_bytes(b"\xff\xfe\x00 no mail at all")
    (settings.OUTBOX_ROOT / "notes.txt").write_text("not mail")
    demo.defaults["HTTP_HOST"] = "localhost"
    assert demo.get("/demo/outbox/").status_code == 200
    assert demo.get("/demo/outbox/1772000000000000000-000001.eml/").status_code == 200


def test_the_platforms_host_lists_the_organisations_only_in_the_demo(demo, house, stranger, settings):
    demo.defaults["HTTP_HOST"] = "localhost"
    for address in ("/", "/demo/"):
        page = demo.get(address).content.decode()
        assert 'href="http://lakeside.localhost/demo/"' in page
        assert "Jinghu" in page
    settings.DEMO = False
    assert "Lakeside" not in demo.get("/").content.decode()


def test_the_welcome_says_how_to_reach_the_company(demo, house):
    organisation = house.organisation
    organisation.emergency_phone, organisation.phone = "+44 20 7946 0999", "+44 20 7946 0100"
    organisation.save()
    page = demo.get("/").content.decode()
    assert 'href="tel:+442079460999"' in page
    assert "/accounts/login/" in page
    assert 'href="/demo/"' in page


def test_the_demos_pages_speak_the_organisations_language(demo, house, stranger):
    demo.defaults["HTTP_HOST"] = "jinghu.localhost"
    page = in_scope_of(None, lambda: demo.get("/demo/"))
    assert page.headers["Content-Language"] == "zh-hans"
    assert stranger.owner.name in page.content.decode()


def test_one_click_is_proof_enough_for_five_minutes(demo, house, settings):
    settings.STEP_UP = True
    demo.post(f"/demo/sign-in/{house.owner.pk}/")
    assert demo.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_mail_about_signing_in_says_whose_it_is(demo, house):
    from notices.mail import message_of
    from notices.models import Delivery

    demo.post("/accounts/login/code/", {"email": "owner@lakeside.example"})
    assert message_of(Delivery.objects.get(), house.organisation).extra_headers["X-PropComm-Organisation"] == "lakeside"
