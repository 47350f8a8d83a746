"""Whose request it is: a header that the client could have written never decides."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenancy.addresses import client_address, client_network, trusted_proxies


@pytest.fixture
def heard(rf, settings):
    def ask(peer, forwarded="", trusted="", ask=client_address):
        settings.TRUSTED_PROXIES = trusted
        headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        return ask(rf.get("/", REMOTE_ADDR=peer, **headers))

    return ask


@pytest.mark.parametrize("forged", ["1.2.3.4", "1.2.3.4, 5.6.7.8", "127.0.0.1", "nonsense", "::1", ",,,"])
def test_without_trusted_proxies_the_peer_is_the_client(heard, forged):
    assert heard("203.0.113.9", forged) == "203.0.113.9"


@pytest.mark.parametrize("trusted", ["1", "10.0.0.0/8"])
@pytest.mark.parametrize("forged", ["", "1.2.3.4, ", "127.0.0.1, 10.0.0.1, ", "nonsense, ", "[::1]:80, "])
def test_behind_a_proxy_what_the_client_wrote_before_it_changes_nothing(heard, trusted, forged):
    assert heard("10.0.0.2", f"{forged}203.0.113.9", trusted) == "203.0.113.9"


def test_behind_two_proxies(heard):
    assert heard("10.0.0.2", "1.2.3.4, 203.0.113.9, 10.9.9.9", "2") == "203.0.113.9"
    assert heard("10.0.0.2", "1.2.3.4, 203.0.113.9, 10.9.9.9", "10.0.0.0/8") == "203.0.113.9"


def test_a_peer_that_is_no_trusted_proxy_is_the_client_itself(heard):
    assert heard("198.51.100.7", "1.2.3.4", "10.0.0.0/8") == "198.51.100.7"


def test_a_damaged_header_leaves_the_last_address_that_is_known(heard):
    assert heard("10.0.0.2", "1.2.3.4, <script>", "10.0.0.0/8") == "10.0.0.2"
    assert heard("10.0.0.2", "<script>", "1") == "10.0.0.2"


@pytest.mark.parametrize(("written", "address"), [
    ("203.0.113.9:5123", "203.0.113.9"),
    ("[2001:db8::7]:443", "2001:db8::7"),
    ("2001:db8::7", "2001:db8::7"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
])  # fmt: skip
def test_addresses_as_proxies_write_them(heard, written, address):
    assert heard("10.0.0.2", written, "10.0.0.0/8") == address


def test_behind_a_unix_socket(heard):
    assert heard("", "1.2.3.4, 203.0.113.9", "10.0.0.0/8") == "203.0.113.9"
    assert heard("", "1.2.3.4, 203.0.113.9", "1") == "203.0.113.9"


def test_limits_count_an_ipv6_line_as_one(heard):
    first, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"
    assert heard(first, ask=client_network) == heard(other, ask=client_network) == "2001:db8:1:2::/64"
    assert heard("2001:db8:1:3::1", ask=client_network) == "2001:db8:1:3::/64"


def test_a_damaged_setting_is_refused():
    with pytest.raises(ImproperlyConfigured):
        trusted_proxies("my-proxy")
