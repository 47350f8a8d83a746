"""The demo's mailbox: real SMTP in, one file a message out."""

import smtplib
import socket
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


def test_dots_at_the_start_of_lines_and_empty_messages_survive(mailbox):
    port, folder = mailbox
    with smtplib.SMTP(LOOPBACK, port) as connection:
        for content in (b".\r\n..two\r\nS: x\r\n.\r\nlast.\r\n", b""):
            connection.sendmail("a@b.example", ["c@d.example"], content)
    kept = [file.read_bytes().split(b"\r\n", 2)[2] for file in sorted(folder.glob("*.eml"))]
    assert kept[0] == b".\r\n..two\r\nS: x\r\n.\r\nlast.\r\n"
    assert kept[1].strip() == b""


def test_a_message_may_arrive_in_pieces(mailbox):
    port, folder = mailbox
    with socket.create_connection((LOOPBACK, port)) as connection:
        said = connection.makefile("rb")
        said.readline()
        wire = b"HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"
        wire += "Subject: é\r\n\r\nhi\r\n.\r\nQUIT\r\n".encode()
        for start in range(len(wire)):
            connection.sendall(wire[start : start + 1])
        assert [line[:3] for line in said] == [b"250", b"250", b"250", b"354", b"250", b"221"]
    assert next(folder.glob("*.eml")).read_bytes().endswith("Subject: é\r\n\r\nhi\r\n".encode())


def test_commands_out_of_order_are_refused(mailbox):
    port, folder = mailbox
    with smtplib.SMTP(LOOPBACK, port) as connection:
        connection.ehlo()
        assert connection.docmd("RCPT", "TO:<c@d.example>")[0] == 503
        assert connection.docmd("DATA")[0] == 503
        assert connection.docmd("MAIL", "FROM:nobody")[0] == 501
        assert connection.docmd("VRFY", "a")[0] == 502
    assert not list(folder.glob("*.eml"))


def test_a_message_to_a_whole_estate_is_kept_faster_than_it_is_sent(mailbox):
    port, folder = mailbox
    content = b"Subject: x\r\n\r\n" + b"hello hello hello hello\r\n" * 150
    started = time.perf_counter()
    with smtplib.SMTP(LOOPBACK, port) as connection:
        for _ in range(300):
            connection.sendmail("a@b.example", ["c@d.example"], content)
    assert len(list(folder.glob("*.eml"))) == 300
    assert 300 / (time.perf_counter() - started) > 200  # a busy machine; alone it is above 1,000
