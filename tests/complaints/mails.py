"""Mails as they come: from an owner, with files, in any shape; and a mailbox that speaks IMAP on the loopback."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

HOST = "mail.example.com"
ADDRESS = f"service@{HOST}"


def mail(
    sender: str = "owner@lakeside.example",
    *,
    to: str = f"service+lakeside@{HOST}",
    subject: str = "The lift",
    body: str = "It stops between floors.",
    files: tuple[tuple[str, bytes, str], ...] = (),
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = headers.pop("message_id", make_msgid(domain="elsewhere.example"))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    for name, content, kind in files:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@dataclass
class Box:
    """What lies in the stand-in: mails by their number, each with its flags; and after how many fetches the line breaks."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    breaks_before_store: int = -1
    says_size: int = 0

    def put(self, *raws: bytes) -> None:
        for raw in raws:
            number = len(self.mails) + 1
            self.mails[number], self.flags[number] = raw, set()


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Box = self.server.box  # type: ignore[attr-defined]
        self.say("* OK ready")
        for line in self.rfile:
            tag, _space, rest = line.decode().strip().partition(" ")
            word = rest.upper()
            if word.startswith("CAPABILITY"):
                self.say("* CAPABILITY IMAP4REV1")
            elif word.startswith("SELECT"):
                self.say(f"* {len(box.mails)} EXISTS")
            elif word.startswith("UID SEARCH"):
                unseen = [str(number) for number, flags in box.flags.items() if "\\SEEN" not in flags]
                self.say(f"* SEARCH {' '.join(unseen)}")
            elif word.startswith("UID FETCH"):
                self.fetch(box, rest)
            elif word.startswith("UID STORE"):
                if box.breaks_before_store == 0:
                    box.breaks_before_store = -1
                    return  # the line breaks after the mail was read and before it was marked
                box.breaks_before_store -= box.breaks_before_store > 0
                number = int(rest.split()[2])
                box.flags[number] |= set(re.findall(r"\\[A-Z]+", word))
            elif word.startswith("LOGOUT"):
                self.say("* BYE")
            self.say(f"{tag} OK done")
            if word.startswith("LOGOUT"):
                return

    def fetch(self, box: Box, rest: str) -> None:
        number = int(rest.split()[2])
        raw = box.mails[number]
        if "RFC822.SIZE" in rest:
            self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {box.says_size or len(raw)})")
            return
        part = raw.partition(b"\n\n")[0] + b"\n\n" if "HEADER" in rest else raw
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Mailserver(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.box = Box()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"imap://owners:secret@127.0.0.1:{self.server_address[1]}/INBOX"


def asked(server: Mailserver) -> Any:
    from notices.returned_mail import Mailbox

    return Mailbox.of(server.url)
