"""Links in the account's mails: the organisation's own address, whatever the request said its host was."""

import re

import pytest
from django.test import Client

from notices.mail import message_of
from notices.models import Delivery

FORGED = {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example", "SERVER_PORT": "8443"}


@pytest.fixture
def any_host(house, settings):
    """One organisation served on every host: the widest an installation can be opened."""
    settings.ALLOWED_HOSTS, settings.SINGLE_ORGANISATION = ["*"], "lakeside"
    house.organisation.domain = "homes.lakeside.example"
    house.organisation.save()
    settings.PUBLIC_SCHEME = "https"
    return Client(**FORGED)


@pytest.mark.parametrize(("path", "said", "link"), [
    ("/accounts/login/code/", {"email": "nobody@x.example"}, "/accounts/signup/"),
    ("/accounts/login/code/", {"email": "owner@lakeside.example"}, ""),
    ("/accounts/password/reset/", {"email": "nobody@x.example"}, "/accounts/signup/"),
    ("/accounts/password/reset/", {"email": "owner@lakeside.example"}, ""),
    ("/accounts/signup/", {"email": "owner@lakeside.example", "password1": "a-long-new-sentence"},
     "/accounts/login/"),
    ("/accounts/signup/", {"email": "new@x.example", "password1": "a-long-new-sentence"}, ""),
])  # fmt: skip
def test_mails_name_the_organisation_and_never_the_host_of_the_request(any_host, house, path, said, link):
    answer = any_host.post(path, said)
    assert answer.status_code == 302
    sent = message_of(Delivery.objects.get(), house.organisation)
    whole = sent.message().as_string() + sent.subject + sent.body
    assert "evil" not in whole
    found = re.findall(r"https?://\S+", sent.body)
    assert set(found) <= {f"https://homes.lakeside.example{link}"}
    assert bool(found) == bool(link)
    assert sent.extra_headers["X-PropComm-Organisation"] == "lakeside"
