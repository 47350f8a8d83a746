""".env.example lists every setting, and nothing that is not one."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SECRETS = ("PASSWORD", "SECRET", "KEY")


def names_read_by(path, *readers):
    """First arguments of env.str("NAME"), os.environ.get("NAME") and the like."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            called = ast.unparse(node.func.value)
            first = node.args[0]
            if called in readers and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def listed():
    return re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)


def read():
    return (
        set(names_read_by("propcomm/settings.py", "env", "os.environ"))
        | set(names_read_by("gunicorn.conf.py", "os.environ"))
        | set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]+)", COMPOSE))
    )


def test_the_example_lists_exactly_what_is_read():
    assert sorted(listed()) == sorted(read())


def test_every_line_has_a_comment_above():
    lines = EXAMPLE.splitlines()
    for before, line in pairwise(lines):
        if re.match(r"(# )?[A-Z][A-Z0-9_]+=", line):
            assert before.startswith("# "), line


def test_the_example_holds_no_secret():
    given = dict(re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert given
    assert set(given.values()) == {""}


def test_compose_has_no_default_for_a_secret():
    for name, default in re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]+)(:?[-?][^}]*)?\}", COMPOSE):
        if any(word in name for word in SECRETS):
            assert default.startswith(":?"), name


def test_only_the_migration_knows_the_owner():
    services = yaml.safe_load(COMPOSE)["services"]
    knowing = {name for name, service in services.items() if "PROPCOMM_OWNER_PASSWORD" in str(service)}
    assert knowing == {"db", "migrate"}


def test_every_lasting_service_has_a_health_check():
    services = yaml.safe_load(COMPOSE)["services"]
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
