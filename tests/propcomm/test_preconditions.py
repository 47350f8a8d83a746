"""What the doctor finds: each precondition good when it holds, and named with its mend when it does not."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from propcomm import preconditions
from propcomm.tasks import HEARTBEAT_KEY, beat_heart
from tests.complaints.mails import ADDRESS, Mailserver


@pytest.fixture
def sound(settings, tmp_path):
    """An installation as the README tells to make one."""
    settings.SECURE_TRANSPORT = settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.LANGUAGE_COOKIE_NAME = "__Host-language"
    settings.PUBLIC_SCHEME, settings.ALLOWED_HOSTS = "https", [".homes.example"]
    settings.SECURITY_CONTACT = "mailto:flaws@homes.example"
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = True, "1"
    settings.SECRET_KEY = "3b1f0c9a7e5d2468acef13579bdf02468ace0246813579bdf0acedfe12345678"
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    settings.STORAGE_ROOT, settings.STATIC_ROOT = tmp_path / "private", str(tmp_path / "static")
    settings.STORAGE_ROOT.mkdir(mode=0o700)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    return settings


def findings(check):
    return [(finding.is_good, finding.mend) for finding in getattr(preconditions, check)()]


@pytest.mark.parametrize("check", ["browsers", "proxies", "secrets_kept", "limits", "storage", "clock"])
def test_a_sound_installation_has_nothing_to_mend(db, sound, check):
    found = findings(check)
    assert found
    assert all(is_good for is_good, _mend in found)


@pytest.mark.parametrize(("check", "name", "value", "mend"), [
    ("browsers", "SECURE_SSL_REDIRECT", False, "PROPCOMM_HTTPS"),
    ("browsers", "LANGUAGE_COOKIE_NAME", "language", "PROPCOMM_HTTPS"),
    ("browsers", "PUBLIC_SCHEME", "http", "PROPCOMM_PUBLIC_SCHEME"),
    ("browsers", "ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS"),
    ("browsers", "SECURITY_CONTACT", "", "PROPCOMM_SECURITY_CONTACT"),
    ("proxies", "TRUSTED_PROXIES", "", "PROPCOMM_TRUSTED_PROXIES"),
    ("proxies", "TRUSTED_PROXIES", "nonsense", "PROPCOMM_TRUSTED_PROXIES"),
    ("proxies", "BEHIND_PROXY", False, "PROPCOMM_BEHIND_PROXY"),
    ("secrets_kept", "SECRET_KEY", "a" * 60, "openssl"),
    ("secrets_kept", "REDIS_URL", "redis://cache.internal:6379/0", "requirepass"),
    ("limits", "LIMITS_FILE", "/nowhere.yaml", "PROPCOMM_LIMITS_FILE"),
])  # fmt: skip
def test_what_is_missing_is_named_with_its_mend(sound, check, name, value, mend):
    setattr(sound, name, value)
    (wrong,) = [said for is_good, said in findings(check) if not is_good]
    assert mend in wrong


def test_private_files_do_not_lie_among_public_ones_and_are_closed(sound, tmp_path):
    sound.STATIC_ROOT = str(tmp_path)
    assert (False, "Move STORAGE_ROOT out of STATIC_ROOT.") in findings("storage")
    sound.STORAGE_ROOT.chmod(0o755)
    assert any(mend.startswith("chmod o-rwx") for is_good, mend in findings("storage") if not is_good)


def test_worker_and_beat_are_known_by_their_heartbeat(sound):
    cache.delete(HEARTBEAT_KEY)
    assert findings("background")[0][0] is False
    assert beat_heart() == "alive"
    assert findings("background")[0][0] is True
    cache.set(HEARTBEAT_KEY, (timezone.now() - timezone.timedelta(minutes=6)).isoformat())
    assert findings("background")[0][0] is False
    cache.delete(HEARTBEAT_KEY)


def test_the_mailbox_for_owners_opens_when_one_is_set(sound):
    sound.INBOUND_URL = ""
    assert findings("mailbox") == []
    server = Mailserver()
    sound.INBOUND_URL, sound.INBOUND_ADDRESS = server.url, ADDRESS
    assert [is_good for is_good, _mend in findings("mailbox")] == [True, True]
    server.shutdown()
    server.server_close()
    sound.INBOUND_ADDRESS = ""
    (no_address, closed) = findings("mailbox")
    assert "PROPCOMM_INBOUND_ADDRESS" in no_address[1]
    assert closed[0] is False
    assert "secret" not in closed[1]
