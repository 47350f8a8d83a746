"""The demo's mailbox: real SMTP in, one file a message out."""

import smtplib
import subprocess
import sys
import time
from email import message_from_bytes, policy

import pytest

from embedded.files import ROOT
from embedded.processes import LOOPBACK, free_port


@pytest.fixture
def mailbox(tmp_path):
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "embedded.mailbox", str(port), str(tmp_path / "box")], cwd=ROOT)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            smtplib.SMTP(LOOPBACK, port).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port, tmp_path / "box"
    process.terminate()
    assert process.wait(5) == 0


def test_every_message_becomes_a_file_that_sorts_by_arrival(mailbox):
    port, folder = mailbox
    with smtplib.SMTP(LOOPBACK, port) as connection:
        for number in range(20):
            connection.sendmail("a@b.example", ["c@d.example"], f"Subject: {number}\r\n\r\n你好\r\n".encode())
    files = sorted(folder.glob("*.eml"))
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [message["Subject"] for message in messages] == [str(number) for number in range(20)]
    assert messages[0]["X-Envelope-To"] == "c@d.example"
    assert files[0].stat().st_mode & 0o077 == 0
