"""Texts that break careless software: each is a thing somebody may type, and must come back as typed, and do nothing."""

import itertools

ACTIVE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<style>@import 'http://x.example/'</style>",
    "<meta http-equiv=refresh content='0;url=http://x.example'>",
    "<form action=http://x.example><input name=password></form>",
    "&lt;script&gt; &amp;amp; &#39; stays as typed",
    "javascript:alert(document.domain)",
    "<b>bold</b> & <i>not</i>",
]
TEMPLATES = [
    "{{ 7*7 }}",
    "{% load static %}{% debug %}",
    "${7*7}",
    "#{7*7}",
    "%(name)s %s %d %n",
    "{0} {name} {}",
    "<%= 7*7 %>",
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","x")',
    "\t=1+1 after a tab",
]
QUERIES = ["' OR 1=1 --", "'; DROP TABLE owners_person; --", "\\", "\\'; SELECT pg_sleep(9)", "100%_\\%"]
HEADERS = [
    "Subject: x\r\nBcc: x@x.example\r\n\r\nbody",
    "line one\nline two\r\nline three",
    "\n.\nQUIT\n",
    "BEGIN:VEVENT\nEND:VEVENT",
]
SCRIPTS = [
    "电梯在四楼和五楼之间停住,卫生间漏水。",
    "𬱖𠅤〇㐀𠮷",
    "עברית العربية فارسی",
    "\u202egnol os\u202c \u2066isolated\u2069",
    "e\u0301 é 한글 ㅎㅏㄴ",
    "🏳️‍🌈👩🏽‍🔧🛗",
    "Z̷̢͝a̶̡l̸͙g̴o̵",
    "ﷺ ﷽ ǅ ß ﬁ",
    "İstanbul ıI",
    "a\u00a0b\u2003c\u3000d\u200be\ufefff",
]
ODD = [
    "null",
    "None",
    "undefined",
    "NaN",
    "0",
    "-1",
    "true",
    "[]",
    "{}",
    "../../etc/passwd",
    "C:\\con\\nul",
    "//x.example/",
    "a" * 1900,
    "word " * 390 + "end",
    "." * 300,
]

TEXTS = list(itertools.chain(ACTIVE, TEMPLATES, FORMULAS, QUERIES, HEADERS, SCRIPTS, ODD))
# For walks over every field: one of each kind, and what no page sends.
FEW = [ACTIVE[1] + "\r\nBcc: x@x.example", "a\0b", "\u202e𬱖" + "x" * 3000]
BODIES = [*FEW, "\ud800", None, 10**40, -1.5, True, [], ["x"], {"x": "\0"}]
