"""A mail in any shape becomes plain words and files, or says that it cannot be read; it never raises."""

import random
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.rules.inbound import limits, read_mail
from complaints.rules.quotes import own_words, without_signature
from tests.complaints.mails import mail


def read(raw):
    return read_mail(raw, domain="propcomm.example")


def test_a_plain_mail_says_who_wrote_what():
    found = read(mail("Ann Owner <Owner@Lakeside.example>", subject="=?utf-8?b?55S15qKv?=", body="It stops."))
    assert (found.sender, found.sender_name, found.subject, found.text) == (
        "owner@lakeside.example", "Ann Owner", "电梯", "It stops.",
    )  # fmt: skip
    assert (found.automatic, found.files, found.is_readable) == ("", (), True)


@pytest.mark.parametrize(
    "claimed", ["gb18030", "gb2312", "GBK", "utf-8", "us-ascii", "no-such-charset", "", "iso-8859-1x"]
)
def test_chinese_is_read_whatever_charset_it_claims(claimed):
    raw = f"From: a@b.example\r\nContent-Type: text/plain; charset={claimed}\r\n\r\n".encode() + "电梯停了。".encode(
        "gb18030"
    )
    assert read(raw).text == "电梯停了。"


def test_a_subject_in_raw_gb18030_is_read():
    raw = b"From: a@b.example\r\nSubject: " + "电梯坏了".encode("gb18030") + b"\r\n\r\nx"
    assert read(raw).subject == "电梯坏了"


def test_of_html_alone_the_words_are_kept_and_nothing_else():
    html = (
        "<html><head><title>no</title><style>p{color:red}</style></head><body><p>The&nbsp;lift <b>stops</b>.</p>"
        "<script>alert(1)</script><img src='http://evil.example/x'><div>Ann</div>"
        "<blockquote>We wrote this.<br>And this.</blockquote></body></html>"
    )
    part = MIMEText(html, "html", "utf-8")
    part["From"] = "a@b.example"
    text = read(part.as_bytes()).text
    assert own_words(text).split("\n") == ["The lift stops.", "", "Ann"]
    for absent in ("alert", "color", "evil", "<"):
        assert absent not in text


def test_plain_wins_over_html_and_files_come_along():
    outer = MIMEMultipart("mixed")
    outer["From"] = "a@b.example"
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("plain words", "plain"))
    both.attach(MIMEText("<p>html words</p>", "html"))
    outer.attach(both)
    zipped = MIMEApplication(b"PK\x03\x04", "zip")
    zipped.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "图纸.zip"))
    outer.attach(zipped)
    found = read(outer.as_bytes())
    assert found.text == "plain words"
    assert [file.content for file in found.files] == [b"PK\x03\x04"]


def test_a_mail_within_a_mail_is_left_out_and_counted():
    outer = MIMEMultipart()
    outer["From"] = "a@b.example"
    outer.attach(MIMEText("See below."))
    outer.attach(MIMEMessage(MIMEText("secret words of somebody else")))
    found = read(outer.as_bytes())
    assert (found.text, found.left_out) == ("See below.", 1)


def test_what_is_nested_without_end_is_left_out():
    inner = MIMEText("deep")
    for _each in range(60):
        outer = MIMEMultipart()
        outer.attach(inner)
        inner = outer
    inner["From"] = "a@b.example"
    found = read(inner.as_bytes())
    assert "deep" not in found.text
    assert found.left_out == 1


def test_more_parts_and_files_than_anybody_sends_are_left_out():
    raw = mail(files=tuple((f"{n}.bin", b"x", "application/octet-stream") for n in range(150)))
    found = read(raw)
    assert len(found.files) == limits()["files"]
    assert found.left_out > 100


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", b"\xff\xfe" * 50, b"From:", b"From: =?utf-8?b?////?=\r\n\r\n\x00",
     b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
     b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x",
     b"From: a@b.example\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\nM\r\nend",
     b"From: a@b.example\r\nContent-Type: text/plain; charset=base64\r\n\r\nx",
     b"From: " + b"(" * 5000 + b"a@b.example\r\n\r\nx",
     b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 3000],
)  # fmt: skip
def test_broken_mails_never_raise(raw):
    found = read(raw)
    assert found.key
    assert "\x00" not in found.text + found.subject + found.sender + found.sender_name


@given(st.binary(max_size=400), st.integers(0, 10**6))
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_mail_makes_it_raise(noise, seed):
    dice, raw = random.Random(seed), bytearray(mail(files=(("a.jpg", b"123", "image/jpeg"),)))
    for byte in noise:
        raw[dice.randrange(len(raw))] = byte
    found = read(bytes(raw))
    for words in (found.text, found.subject, found.sender, found.sender_name):
        assert words.isprintable() or not set(words) & {"\x00", "\r", "\u202e"}


@pytest.mark.parametrize(
    ("headers", "why"),
    [({"Auto_Submitted": "auto-replied"}, "auto_submitted"), ({"Auto_Submitted": "auto-generated; x=y"}, "auto_submitted"),
     ({"Auto_Submitted": "no"}, ""), ({"Precedence": "bulk"}, "list"), ({"Precedence": "Auto_Reply"}, "list"),
     ({"List_Id": "<news.example>"}, "list"), ({"X_Autoreply": "yes"}, "auto_submitted"), ({"Return_Path": "<>"}, "report"),
     ({"sender": "MAILER-DAEMON@mx.example"}, "machine"), ({"sender": "no-reply@shop.example"}, "machine"),
     ({"subject": "Out of Office: until Monday"}, "absence"), ({"subject": "自动回复: 电梯"}, "absence"),
     ({"subject": "Automatic reply: The lift"}, "absence"), ({"X_PropComm_Organisation": "lakeside"}, "ours"),
     ({"message_id": "<01a2@propcomm.example>"}, "ours"), ({}, "")],
)  # fmt: skip
def test_what_no_person_wrote_is_told_by_its_head(headers, why):
    assert read(mail(**headers)).automatic == why


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (
            "Yes, mend it.\n\nOn Mon, 2 Mar 2026 at 12:00, Lakeside <a@b.example> wrote:\n> We come at nine.",
            "Yes, mend it.",
        ),
        (
            "Yes.\n\nOn Mon, 2 Mar 2026 at 12:00, Lakeside Property Management\n<service@b.example> wrote:\n> We come.",
            "Yes.",
        ),
        ("Yes.\n\n-----Original Message-----\nFrom: Lakeside\nSent: Monday\nWe come.", "Yes."),
        ("Yes.\n\nFrom: Lakeside <a@b.example>\nSent: Monday, 2 March 2026\nTo: Ann\nSubject: x\n\nWe come.", "Yes."),
        ("好的。\n\n------------------ 原始邮件 ------------------\n发件人: 物业\n我们九点来。", "好的。"),
        ("好的。\n\n在 2026年3月2日，物业 <a@b.example> 写道：\n> 我们九点来。", "好的。"),
        ("好的。\n\n发件人： 物业\n发送时间： 2026年3月2日\n收件人： 王\n主题： x\n\n我们九点来。", "好的。"),
        ("Yes.\n-- \nAnn Owner\nFlat 1", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("好的。\n\n发自我的iPhone", "好的。"),
        ("> We come at nine.\nToo early, come at ten.\n> All right?\nNo.", "Too early, come at ten.\nNo."),
        ("From: the garage it smells.\nPlease look.", "From: the garage it smells.\nPlease look."),
        ("> only a quotation", "> only a quotation"),
    ],
)
def test_quotation_and_signature_are_cut_and_nothing_else(text, own):
    assert own_words(text) == own


def test_of_a_new_mail_only_the_signature_is_cut():
    assert without_signature("See:\n> he wrote this\n-- \nAnn") == "See:\n> he wrote this"
