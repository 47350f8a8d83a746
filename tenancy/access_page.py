"""`docs/access.md`: the policy as people read it, rendered from the same file that the product asks."""

from collections.abc import Iterable

from django.utils import translation

from tenancy.models import Membership
from tenancy.policy import Matrix

HEAD = """# Who may do what

Rendered by `manage.py render_access` from `tenancy/data/policy.yaml`, which the product asks through
`tenancy/policy.py` and the route probe checks every address against. Change the file, not this page.

Somebody who is not a member, or is one no longer, may do nothing but ask for a unit and take that request back. A platform operator is nobody inside an organisation.
What a role may not see looks as if it were not there.
"""
SHORT = {
    "owner": "owner",
    "occupant": "occupant",
    "committee": "committee",
    "partner": "partner",
    "clerk": "clerk",
    "engineer": "engineer",
    "supervisor": "superv.",
    "manager": "manager",
    "quality": "quality",
    "admin": "admin",
    "auditor": "auditor",
}


def access_page(matrix: Matrix) -> str:
    """The whole page, in English whatever language is in force."""
    with translation.override("en"):
        parts = [
            HEAD,
            "## Words\n",
            _words(matrix),
            "## Roles\n",
            _roles(),
            "## Actions\n",
            _table("action", ((row.title, name, _cells(row.allow), row.never) for name, row in matrix.actions.items())),
            "## Fields\n",
            "How much is shown of a field where its object may be seen. People always see their own data whole.\n",
            _table("field", ((row.title, name, row.see, frozenset()) for name, row in matrix.fields.items())),
        ]
    return "\n".join(parts)


def _words(matrix: Matrix) -> str:
    rows = [f"- **{word}**: {' '.join(says.split())}" for word, says in matrix.scopes.items()]
    rows += [f"- **not {word}**: {' '.join(says.split())}" for word, says in matrix.exceptions.items()]
    return "\n".join(rows) + "\n"


def _roles() -> str:
    return "\n".join(f"- `{role.value}`: {role.label}" for role in Membership.Role) + "\n"


def _cells(allow: object) -> dict[str, str]:
    return {role: ", ".join(sorted(words)) for role, words in dict(allow).items()}  # type: ignore[call-overload]


def _table(first: str, rows: Iterable[tuple[str, str, object, frozenset[str]]]) -> str:
    lines = [
        f"| {first} | {' | '.join(SHORT[role] for role in Membership.Role.values)} |",
        f"|---|{'---|' * len(Membership.Role.values)}",
    ]
    for title, name, cells, never in rows:
        said = dict(cells)  # type: ignore[call-overload]
        but = "".join(f"; not {word}" for word in sorted(never))
        marks = " | ".join(said.get(role, "") for role in Membership.Role.values)
        lines.append(f"| {title}{but}<br>`{name}` | {marks} |")
    return "\n".join(lines) + "\n"
