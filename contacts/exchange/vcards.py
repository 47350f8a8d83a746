"""Outside parties as vCards (RFC 6350, and the older 3.0 and 2.1 when read): a card for a party, one for each person."""

import quopri
import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from contacts.exchange.tables import Row
from owners.registry.problems import Unreadable
from owners.registry.workbook import _decoded as decoded

BEGIN = re.compile(r"^BEGIN:VCARD\s*$", re.IGNORECASE | re.MULTILINE)
ESCAPED = re.compile(r"\\([\\;,nN])")
LINE = 74


# -- out -------------------------------------------------------------------------------------------------------------


def as_vcards(rows: Iterable[Row]) -> bytes:
    cards, parties = [], set()
    for row in rows:
        if row["name"] not in parties:
            parties.add(row["name"])
            cards.append(_card(_of_party(row)))
        if row.get("person"):
            cards.append(_card(_of_person(row)))
    return "".join(cards).encode()


def _of_party(row: Row) -> list[tuple[str, str]]:
    lines = [("KIND", "org"), ("FN", _escape(row["name"])), ("ORG", _escape(row["name"]))]
    lines += [(f"TEL;TYPE={kind}", row[name]) for kind, name in (("work", "phone"), ("work;PREF=1", "emergency_phone"))
              if row.get(name)]  # fmt: skip
    named = (("EMAIL", "email"), ("URL", "website"), ("NOTE", "note"))
    lines += [(name, _escape(row[column])) for name, column in named if row.get(column)]
    lines += [("ADR", f";;{_escape(row['address'])};;;;")] if row.get("address") else []
    return lines + [("X-PROPCOMM-" + name.upper().replace("_", "-"), _escape(row[name]))
                    for name in ("kind", "branch", "emergency_phone", "emergency_note", "hours", "serves") if row.get(name)]  # fmt: skip


def _of_person(row: Row) -> list[tuple[str, str]]:
    lines = [("KIND", "individual"), ("FN", _escape(row["person"])), ("ORG", _escape(row["name"]))]
    named = (
        ("TITLE", "post"), ("TEL;TYPE=work", "person_phone"), ("TEL;TYPE=cell", "mobile"), ("EMAIL", "person_email"),
    )  # fmt: skip
    return lines + [(name, _escape(row[column])) for name, column in named if row.get(column)]


def _card(lines: Iterable[tuple[str, str]]) -> str:
    inside = "".join(_folded(f"{name}:{value}") for name, value in lines)
    return f"BEGIN:VCARD\r\nVERSION:4.0\r\n{inside}END:VCARD\r\n"


def _folded(line: str) -> str:
    """No line is longer than 75 bytes; a character of several is not cut."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > LINE:
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part]) + "\r\n"


def _escape(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return escaped.replace("\r\n", "\n").replace("\n", r"\n")


# -- in --------------------------------------------------------------------------------------------------------------


def are_vcards(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n")[:11].upper() == b"BEGIN:VCARD"


def read_vcards(content: bytes) -> list[tuple[str, Row]]:
    """(number of the card, cells by column) of every card. Raises Unreadable for what holds none."""
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    cards = BEGIN.split(text)[1:]
    if not cards:
        raise Unreadable(_("There is no vCard in this file."))
    return [(str(number), _row(dict_of(card))) for number, card in enumerate(cards, 1)]


def dict_of(card: str) -> dict[str, list[tuple[str, str]]]:
    """(parameters, value) of each line, by the name of its property."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in _lines(card):
        head, colon, value = line.partition(":")
        names = head.split(";")
        name, parameters = names[0].split(".")[-1].upper(), ";".join(names[1:]).upper()
        if not colon or name == "END":
            continue
        if "QUOTED-PRINTABLE" in parameters:
            value = quopri.decodestring(value.encode()).decode("utf-8", errors="replace")
        found.setdefault(name, []).append((parameters, value.strip()))
    return found


def _lines(card: str) -> Iterator[str]:
    """Lines that were folded, put together again: by a blank, or in 2.1 by an equals sign at the end."""
    whole = ""
    for line in card.split("\n"):
        if line[:1] in (" ", "\t"):
            whole += line[1:]
        elif whole.endswith("=") and "QUOTED-PRINTABLE" in whole.upper().partition(":")[0]:
            whole = whole[:-1] + line
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def _row(card: dict[str, list[tuple[str, str]]]) -> Row:
    first = {name: _plain(values[0][1]) for name, values in card.items()}
    name = first.get("FN") or " ".join(part for part in _parts(card, "N")[:2][::-1] if part)
    organisation = next(iter(_parts(card, "ORG")), "")
    own = {key.removeprefix("X-PROPCOMM-").lower().replace("-", "_"): words
           for key, words in first.items() if key.startswith("X-PROPCOMM-")}  # fmt: skip
    numbers = [(said, _plain(value)) for said, value in card.get("TEL", ()) if "FAX" not in said]
    mobile = next((number for said, number in numbers if "CELL" in said), "")
    phones = [number for said, number in numbers if "CELL" not in said]
    if own.get("emergency_phone") in phones:  # our own cards name it among the numbers too
        phones.remove(own["emergency_phone"])
    phone = next(iter(phones), "")
    if first.get("KIND", "").lower() in ("org", "organization") or not organisation or organisation == name:
        address = ", ".join(part for part in _parts(card, "ADR") if part)
        return {"name": organisation or name, "phone": phone or mobile, "email": first.get("EMAIL", ""),
                "website": first.get("URL", ""), "address": address, "note": first.get("NOTE", ""), **own}  # fmt: skip
    post = first.get("TITLE") or first.get("ROLE", "")
    return {"name": organisation, "person": name, "post": post, "person_phone": phone, "mobile": mobile,
            "person_email": first.get("EMAIL", "")}  # fmt: skip


def _parts(card: dict[str, list[tuple[str, str]]], name: str) -> list[str]:
    value = card.get(name, [("", "")])[0][1]
    return [_plain(part).strip() for part in re.split(r"(?<!\\);", value)]


def _plain(words: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], words).strip()
