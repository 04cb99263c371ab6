"""What the product's code may not do at all, or only where it is named here. Reads source text only."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import APPS, ROOT

# What is called or imported: the end of its dotted name, or the module -> the files where it may be, or the whole name.
CODE_FROM_TEXT = {"eval": (), "exec": (), "compile": ("re.compile",), "__import__": (), "from_string": ()}
FOREIGN_OBJECTS = {"pickle": (), "marshal": (), "shelve": (), "dill": (), "yaml": (), "jsonpickle": ()}
COMMANDS = {
    "os.system": (),
    "os.popen": (),
    "os.execv": (),
    "pty": (),
    "subprocess": ("claims/inspection/process.py",),  # our own interpreter, with arguments of our own
}
PLAIN_SQL = {"raw": (), "extra": (), "RawSQL": ()}
MARKUP = {"mark_safe": (), "SafeString": (), "SafeText": (), "safestring": ()}
XML = {
    "xml.etree": (),
    "xml.dom": (),
    "xml.sax": ("claims/inspection/markup.py",),  # the names of what defusedxml calls
    "lxml": (),
    "xmlrpc": (),
}
WEAK = {"md5": (), "sha1": ("partners/passwords.py",), "des": (), "rc4": (), "arc4": ()}  # a public list is of SHA-1
# Chance is handed in as a Random, which is the system's own (`SystemRandom`) wherever a request begins.
GUESSABLE = {
    "random": ("random.Random", "random.SystemRandom", "random.choice", "random.getrandbits"),
    "Random": ("random.Random",),
    "uuid1": (),
}
CALLS_OUT = {
    "urllib.request": (),
    "http.client": (),
    "requests": ("partners/views/provider.py",),  # CPOR_OIDC_SERVER
    "httpx": (),
    "ftplib": (),
    "socket": ("claims/inspection/scanner.py",),  # CPOR_CLAMD
}
UNGUARDED = {
    "csrf_exempt": (
        "claims/views/customer.py",  # who knows the link needs no session, and no other site knows it
        "partners/views/invitations.py",
        "claims/views/receiving.py",  # checked there, once it is known who sends
        "partners/views/inviting.py",
    )
}
TABLES = {
    "code from text": CODE_FROM_TEXT,
    "objects from bytes": FOREIGN_OBJECTS,
    "commands": COMMANDS,
    "plain SQL": PLAIN_SQL,
    "text as markup": MARKUP,
    "XML without walls": XML,
    "weak digests": WEAK,
    "guessable numbers": GUESSABLE,
    "calls to other machines": CALLS_OUT,
    "forms without their token": UNGUARDED,
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product with its path."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def names(tree: ast.Module) -> Iterator[tuple[str, int, bool]]:
    """What a file imports and calls, each as a dotted name with its line, and whether it is an import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno, True) for alias in node.names)
        elif isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno, False


@cache
def named() -> tuple[tuple[str, tuple[tuple[str, int, bool], ...]], ...]:
    """The names of every file with its path: read once, as each of the tables is held against all of them."""
    return tuple((path, tuple(names(tree))) for path, tree in sources())


def found(table: dict[str, tuple[str, ...]], path: str, holds: Iterable[tuple[str, int, bool]]) -> list[str]:
    """Where a file does what the table has, and may not."""
    return [
        f"{path}:{line}: {name}"
        for name, line, imported in holds
        for wanted, allowed in table.items()
        if f".{name}".endswith(f".{wanted}") or (imported and f"{name}.".startswith(f"{wanted}."))
        if path not in allowed and name not in allowed
    ]


@pytest.mark.parametrize("what", TABLES)
def test_the_product_does_nothing_of_this(what: str) -> None:
    assert [line for path, holds in named() for line in found(TABLES[what], path, holds)] == []


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("code from text", "eval(typed)"),
        ("code from text", "engine.from_string(typed)"),
        ("objects from bytes", "import pickle"),
        ("commands", "from os import system\nos.system(typed)"),
        ("plain SQL", "Claim.objects.raw(typed)"),
        ("text as markup", "from django.utils.safestring import mark_safe"),
        ("XML without walls", "import xml.etree.ElementTree as ET"),
        ("weak digests", "hashlib.md5(b'')"),
        ("guessable numbers", "import random"),
        ("guessable numbers", "from random import randint"),
        ("guessable numbers", "keep(random=Random())"),
        ("calls to other machines", "import requests"),
        ("forms without their token", "from django.views.decorators.csrf import csrf_exempt"),
    ],
)
def test_a_planted_one_is_found(what: str, planted: str) -> None:
    assert found(TABLES[what], "claims/planted.py", names(ast.parse(planted)))


def test_a_statement_of_sql_holds_no_value() -> None:
    """Each is a constant, or made of names of tables that stand in the code; values go beside it."""
    at = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("execute", "executemany"))
        if not isinstance(node.args[0], ast.Constant)
    ]
    assert {line.partition(":")[0] for line in at} == {
        "arbitration/reports/counting.py",
        "events/log.py",
        "events/triggers.py",
    }


def test_every_pattern_is_written_by_us_or_escaped() -> None:
    at = []
    for path, tree in sources():
        constants = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id.isupper()
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not re.fullmatch(r"re\.\w+", ast.unparse(node.func)):
                continue
            if node.func.attr in {"escape", "Match"} or not node.args:  # type: ignore[attr-defined]
                continue
            pattern = ast.unparse(node.args[0])
            written = isinstance(node.args[0], ast.Constant) or pattern in constants or "re.escape" in pattern
            if not written:
                at.append(f"{path}:{node.lineno}: {pattern}")
    assert at == []


QR_CODE = {"templates/mfa/totp/activate_form.html"}  # drawn by django-allauth


def test_no_template_lets_markup_through() -> None:
    pattern = re.compile(r"\|\s*safe\b|safeseq|autoescape\s+off|\{%\s*debug|\{%\s*filter\s+safe")
    files = [*(ROOT / "templates").rglob("*.html")]
    assert len(files) > 50
    assert {str(file.relative_to(ROOT)) for file in files if pattern.search(file.read_text())} <= QR_CODE


SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
FORBIDDEN_IN_SCRIPTS = re.compile(
    r"\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
    r"|localStorage|sessionStorage|indexedDB|postMessage|__proto__|\.prototype\b|javascript:|set(?:Timeout|Interval)\(\s*[\"'`]"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_of_text_and_keeps_nothing(script: Path) -> None:
    found = FORBIDDEN_IN_SCRIPTS.search(script.read_text())
    assert found is None, found


def test_pages_load_nothing_from_elsewhere() -> None:
    pattern = re.compile(r"""<(?:script|link|img|iframe|source|video)\b[^>]*(?:src|href)=["'](?:https?:)?//""")
    pages = [file for file in (ROOT / "templates").rglob("*.html") if "emails" not in file.parts]
    assert [str(file) for file in pages if pattern.search(file.read_text())] == []


def test_no_secret_stands_in_the_source() -> None:
    """Nor in what is built of it."""
    pattern = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|xox[baprs]-\w{10}|gh[pousr]_\w{30}")
    files = [path for app in (*APPS, "scripts", "static", "templates", "docs") for path in (ROOT / app).rglob("*")]
    texts = [path for path in files if path.suffix in {".py", ".js", ".html", ".md", ".txt", ".csv", ".css"}]
    assert [str(path) for path in texts if pattern.search(path.read_text())] == []
    compose = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?:SECRET|PASSWORD|KEY)\w*: (?!\$\{)\S+", compose) == []
