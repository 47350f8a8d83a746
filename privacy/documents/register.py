"""docs/privacy.md: the registers and terms as a page for people who answer for them."""

from pathlib import Path

from privacy import rules
from tenancy.classification import IMPLIED, Action, Kind, Table, register

TOP = Path(__file__).resolve().parent / "register_top.md"
ACTION_WORDS = {
    Action.KEEP: "kept",
    Action.BLANK: "emptied",
    Action.MARK: "“[erased]”",
    Action.PSEUDONYM: "invented name",
    Action.UNIQUE: "a word made from the row's id",
    Action.DELETE: "row deleted",
}


def page() -> str:
    """The whole document; the same registers give the same text."""
    parts = [TOP.read_text(encoding="utf-8").rstrip(), _terms(), "## The registers"]
    rooms: dict[str, list[Table]] = {}
    for table in register().values():
        rooms.setdefault(table.label.split(".")[0], []).append(table)
    for room in sorted(rooms):
        parts += [f"### {room}", *(_table(table) for table in rooms[room])]
    return "\n\n".join(parts) + "\n"


def _terms() -> str:
    rows = ["## Terms", "", "| key | default | may be set | basis |", "|---|---|---|---|"]
    for key, bounds in rules.shipped_terms().items():
        span = "fixed" if key in rules.FIXED else f"{bounds.least}–{bounds.most} {bounds.unit}"
        rows.append(f"| `{key}` | {bounds.amount} {bounds.unit} | {span} | {rules.BASIS_WORDS[bounds.basis]} |")
    return "\n".join(rows)


def _table(table: Table) -> str:
    lines = [f"**{table.label}** – {table.purpose}. Retention class: {table.retention}."]
    telling = [column for column in table.columns.values() if column.kind is not Kind.NONE]
    plain = [
        column.name for column in table.columns.values() if column.kind is Kind.NONE and column.name not in IMPLIED
    ]
    if telling:
        lines += ["", "| column | holds | erasure |", "|---|---|---|"]
        lines += [f"| {column.name} | {column.kind} | {ACTION_WORDS[column.action]} |" for column in telling]
    if plain:
        lines += ["", f"Nothing personal: {', '.join(plain)}."]
    return "\n".join(lines)
