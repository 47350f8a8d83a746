"""A page as a browser takes it apart: what is text there, and what would be done."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """``said`` are the texts that people wrote, ``fields`` the contents of text fields, ``names`` those of all fields, ``deeds`` what would act."""

    def __init__(self, source: str, *, is_mail: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        # Mail readers know no style sheets: ours stand in the mail.
        self._tags = {"iframe", "object", "embed", "base"} | (set() if is_mail else {"style"})
        self._attributes = {"srcdoc"} | (set() if is_mail else {"style"})
        self.said: list[str] = []
        self.fields: list[str] = []
        self.names: list[str] = []
        self.deeds: list[str] = []
        self.texts: list[str] = []
        self._inside: list[tuple[str, bool]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_said = "said" in (given.get("class") or "").split()
        self._judge(tag, given)
        if tag == "input" and given.get("type", "text") in ("text", "search", "tel", "email"):
            self.fields.append(given.get("value") or "")
        if tag in ("input", "textarea", "select") and given.get("name"):
            self.names.append(given["name"])
        if tag in VOID:
            return
        self._inside.append((tag, is_said))
        if is_said:
            self.said.append("")
        if tag == "textarea":
            self.fields.append("")

    def handle_endtag(self, tag):
        while self._inside:
            if self._inside.pop()[0] == tag:
                break

    def handle_data(self, data):
        self.texts.append(data)
        if any(is_said for _tag, is_said in self._inside):
            self.said[-1] += data
        if self._inside and self._inside[-1][0] == "textarea":
            self.fields[-1] += data

    def _judge(self, tag, given):
        """Scripts of ours come from files of ours; nothing of ours has a handler, a frame or a foreign address."""
        own = (given.get("src") or "").startswith("/static/") or given.get("type") == "application/json"
        if (tag == "script" and not own) or tag in self._tags:
            self.deeds.append(tag)
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            self.deeds.append("refresh")
        for name, value in given.items():
            if name.startswith("on") or name in self._attributes:
                self.deeds.append(f"{tag} {name}")
            if name in ("href", "action", "formaction", "src") and (value or "").strip().lower().startswith(
                ("javascript:", "http://x.example", "//x.example")
            ):
                self.deeds.append(f"{tag} {name}={value}")


def as_typed(text: str) -> str:
    """What a form makes of a text: line ends are alike, and blanks at its ends are not meant."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def folded(text: str) -> str:
    return " ".join(text.split())
