"""The structure that the code promises: which way imports run, what each layer may know, how large a thing grows.

Reads source text only. A violation is reported as `file:line: reason: the line`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from tests.tenants_rows import reached_by_itself

ROOT = Path(__file__).resolve().parent.parent
APPS = ("cpor", "arbitration", "claims", "partners", "directory", "events")
FILE_LINES = 350
FUNCTION_LINES = 45

PURE, MODELS, PERMISSIONS, VERBS, INTERFACES, LEAF = range(6)
LAYERS = {
    **dict.fromkeys(
        (
            "states",
            "rules",
            "business_days",
            "public_holidays",
            "timetable",
            "activities",
            "intake",
            "errors",
            "dates",
            "facts",
            "requirements",
            "help",
            "inspection",
        ),
        PURE,
    ),
    **dict.fromkeys(("models", "migrations"), MODELS),
    **dict.fromkeys(("permissions", "roles"), PERMISSIONS),  # where somebody stands is what permissions ask
    **dict.fromkeys(("forms", "views", "api", "admin", "urls", "management", "middleware", "templatetags"), INTERFACES),
    **dict.fromkeys(("context", "authentication", "adapter", "presenters"), INTERFACES),
    "tasks": LEAF,
}  # everything else inside an app is, or helps, a verb: actions, lookup, log, outbox, mail, imports ...
UNLAYERED = ("cpor", "apps", "__init__")  # wiring knows everything
NAMELESS = {"core", "common", "utils", "util", "helpers", "misc"}
CLOCKS = {"now", "utcnow", "today", "localdate", "localtime"}
OUTSIDE = ("django.db", "django.conf", "django.utils.timezone", "random", "secrets")
ENUMS = {"django.db.models.TextChoices", "django.db.models.IntegerChoices"}  # enums with labels, no part of the ORM
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals")


@dataclass(frozen=True)
class Source:
    """One file: its path from the checkout, with slashes, and its text."""

    path: str
    text: str

    def at(self, line: int, reason: str) -> str:
        return f"{self.path}:{line}: {reason}: {self.text.splitlines()[line - 1].strip()}"

    @property
    def app(self) -> str:
        return PurePosixPath(self.path).parts[0]

    @property
    def layer(self) -> int | None:
        return layer_of(self.path.removesuffix(".py").replace("/", "."))


@dataclass(frozen=True)
class Import:
    """One imported name: `claims.models.Claim` for `from claims.models import Claim`."""

    name: str
    line: int
    lazy: bool  # inside a function

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]


def layer_of(module: str) -> int | None:
    """The layer of `claims.rules.customer` or of a name inside a module; None for wiring and for what is not ours."""
    parts = module.split(".")
    if parts[0] not in APPS or len(parts) < 2 or UNLAYERED[0] == parts[0] or parts[1] in UNLAYERED:
        return None
    return LAYERS.get(parts[1], VERBS)


def imports(source: Source) -> list[Import]:
    """Every import of a file, relative ones resolved."""
    tree = ast.parse(source.text)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    package = source.path.removesuffix(".py").split("/")[:-1]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, id(node) in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            found += [Import(f"{module}.{alias.name}", node.lineno, id(node) in inside) for alias in node.names]
    return found


# --- The rules -----------------------------------------------------------------------------------------------------


def upward_imports(source: Source) -> Iterator[str]:
    """An app knows itself and what stands below it; `"claims.Claim"` in a foreign key counts as an import."""
    for found in imports(source):
        if found.app in APPS and APPS.index(found.app) < APPS.index(source.app):
            yield source.at(found.line, f"{source.app} imports upward from {found.app}")
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = re.fullmatch(rf"({'|'.join(APPS)})\.[A-Z]\w+", node.value)
            if named and APPS.index(named[1]) < APPS.index(source.app):
                yield source.at(node.lineno, f"{source.app} names a model of {named[1]}, which stands above it")


def layers(source: Source) -> Iterator[str]:
    """Inside an app a layer imports its own and lower ones; a task is imported inside functions alone."""
    if source.layer is None:
        return
    for found in imports(source):
        layer = layer_of(found.name)
        if layer is None:
            continue
        if layer == LEAF and source.layer != LEAF:
            if not found.lazy:
                yield source.at(found.line, "a task is a leaf, imported inside functions only")
        elif found.app == source.app and layer > source.layer:
            yield source.at(found.line, f"layer {source.layer} imports layer {layer}")


def pure_layer(source: Source) -> Iterator[str]:
    """States, rules and calendars know no database, no settings and no row of another app."""
    if source.layer != PURE:
        return
    for found in imports(source):
        layer = layer_of(found.name)
        if found.name.startswith(OUTSIDE) and found.name not in ENUMS:
            yield source.at(found.line, "a pure module reaches outside")
        elif layer is not None and layer in (MODELS, PERMISSIONS):
            yield source.at(found.line, "a pure module imports rows")


def clock(source: Source) -> Iterator[str]:
    """Below the interfaces, time is passed in: nothing reads the clock, not even as a default."""
    if source.layer is None or source.layer >= INTERFACES:
        return
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if owner in {"datetime", "date", "timezone"}:
                yield source.at(node.lineno, "reads the clock; take `now` as an argument")


def directory_door(source: Source) -> Iterator[str]:
    """Other apps see the directory through `lookup` and the words of `activities`: never rows, which may be remote."""
    if source.app in {"directory", "cpor"}:
        return
    for found in imports(source):
        if found.name.startswith("directory.models"):
            yield source.at(found.line, "reads rows of the directory; ask directory.lookup")


def rows_of_tenants(source: Source) -> Iterator[str]:
    """An interface reaches rows of tenants through `visible_to`, or from rows that it reached so."""
    for line in reached_by_itself(source.path, source.text):
        yield source.at(line, "reaches rows of tenants; go through visible_to, or from a row that is seen")


def nameless_modules(source: Source) -> Iterator[str]:
    """A helper lives with its first user, not in a drawer."""
    parts = set(PurePosixPath(source.path).with_suffix("").parts)
    if drawer := parts & NAMELESS:
        yield source.at(1, f"a module called {drawer.pop()!r} says nothing of what is in it")


def signals(source: Source) -> Iterator[str]:
    """No signals between apps; after a migration an app may put its own triggers and fixed rows in place."""
    for found in imports(source):
        own_rows = source.path == f"{source.app}/apps.py" and found.name == "django.db.models.signals.post_migrate"
        if found.name.startswith(SIGNALS) and not own_rows:
            yield source.at(found.line, "uses signals; call the function instead")


def sizes(source: Source) -> Iterator[str]:
    """A file and a function are small enough to be read in one go; docstrings do not count."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield source.at(1, f"{lines} lines, more than {FILE_LINES}")
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = node.body[0] if ast.get_docstring(node) is not None else None
            docstring = told.end_lineno - told.lineno + 1 if told and told.end_lineno else 0
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
            if length > FUNCTION_LINES:
                yield source.at(node.lineno, f"{length} lines, more than {FUNCTION_LINES}")


def inline_style_and_script(source: Source) -> Iterator[str]:
    """The content security policy refuses inline style, script and handlers. Mails know neither it nor style sheets."""
    if source.path.startswith("templates/emails/"):
        return
    for pattern, reason in (
        (r"<style\b", "inline style sheet"),
        (r"<[a-z][^<>]*\sstyle\s*=", "inline style"),
        (r"<[a-z][^<>]*\son[a-z]+\s*=", "inline handler"),
        (r"<script\b(?![^>]*\ssrc\s*=)(?![^>]*application/(?:ld\+)?json)", "inline script"),
        (r"\b(?:src|href)\s*=\s*[\"'](?:https?:)?//[^\"']*\.(?:js|css)", "script or style from elsewhere"),
    ):
        for found in re.finditer(pattern, source.text, re.IGNORECASE):
            yield source.at(source.text.count("\n", 0, found.end()) + 1, reason)


# --- The code, held against the rules --------------------------------------------------------------------------------

Rule = Callable[[Source], Iterator[str]]
CODE_RULES: tuple[Rule, ...] = (
    upward_imports,
    layers,
    pure_layer,
    clock,
    directory_door,
    rows_of_tenants,
    nameless_modules,
    signals,
    sizes,
)


def read(pattern: str, *folders: str) -> list[Source]:
    """The files of some folders; migrations are history and left out."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob(pattern))]
    names = [(file, file.relative_to(ROOT).as_posix()) for file in files]
    return [Source(name, file.read_text()) for file, name in names if "/migrations/" not in name]


@pytest.mark.parametrize("rule", CODE_RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    found = [line for source in read("*.py", *APPS) for line in rule(source)]
    assert not found, "\n" + "\n".join(found)


def test_no_style_moves_anything_so_that_nobody_has_to_ask_for_less_motion() -> None:
    moving = re.compile(r"^\s*(transition|animation|scroll-behavior)\b|@keyframes", re.MULTILINE)
    assert [file.name for file in (ROOT / "static/css").glob("*.css") if moving.search(file.read_text())] == []


def test_the_scripts_are_small_too() -> None:
    found = [line for source in read("*.py", "scripts") for line in (*sizes(source), *nameless_modules(source))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("folder", "limit"), [("static/css", 60_000), ("static/js", 40_000)])
def test_what_every_page_loads_stays_small(folder: str, limit: int) -> None:
    sizes_of = {file.name: file.stat().st_size for file in (ROOT / folder).rglob("*") if file.is_file()}
    assert sum(sizes_of.values()) < limit, sizes_of


def test_no_template_holds_inline_style_or_script() -> None:
    found = [line for source in read("*.html", "templates") for line in inline_style_and_script(source)]
    assert not found, "\n" + "\n".join(found)


# --- The rules, held against planted violations -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "path", "text", "line"),
    [
        (upward_imports, "events/log.py", "import os\nfrom claims.models import Claim\n", 2),
        (upward_imports, "partners/actions.py", "def f():\n    import claims.actions\n", 2),
        (upward_imports, "directory/models.py", 'owner = "partners.Partner"\n', 1),
        (upward_imports, "claims/views.py", "from cpor.errors import problem\n", 1),
        (layers, "claims/rules/area.py", "from claims.actions import submit_claim\n", 1),
        (layers, "claims/models/claim.py", "from ..permissions import may\n", 1),
        (layers, "claims/permissions.py", "from claims import actions\n", 1),
        (layers, "claims/actions/submit.py", "from claims.forms import DraftForm\n", 1),
        (layers, "claims/views.py", "from events.tasks import deliver_due\n", 1),
        (pure_layer, "claims/states.py", "\nfrom django.db import models\n", 2),
        (pure_layer, "claims/rules/customer.py", "from django.utils import timezone\n", 1),
        (pure_layer, "claims/business_days.py", "from partners.models import Partner\n", 1),
        (clock, "claims/business_days.py", "from datetime import date\nday = date.today()\n", 2),
        (clock, "claims/models/claim.py", "at = Field(default=timezone.now)\n", 1),
        (clock, "claims/actions/submit.py", "import datetime\nt = datetime.datetime.now()\n", 2),
        (directory_door, "claims/actions/submit.py", "from directory.models import Tenant\n", 1),
        (rows_of_tenants, "claims/views/pages.py", "\nClaim.objects.filter(pk=1)\n", 2),
        (rows_of_tenants, "claims/api/views.py", "from claims.models import Claim as C\nC.objects.get(pk=1)\n", 2),
        (rows_of_tenants, "claims/forms/mark.py", "from claims import models\nmodels.Evidence.objects.all()\n", 2),
        (rows_of_tenants, "arbitration/presenters/rows.py", "rows = Case._default_manager.all()\n", 1),
        (rows_of_tenants, "partners/views/team.py", "get_object_or_404(Partner, pk=pk)\n", 1),
        (rows_of_tenants, "claims/downloads.py", "Evidence.objects.filter(key=key).first()\n", 1),
        (nameless_modules, "claims/utils.py", "x = 1\n", 1),
        (nameless_modules, "claims/common/dates.py", "x = 1\n", 1),
        (signals, "claims/apps.py", "from django.db.models.signals import post_save\n", 1),
        (signals, "claims/actions.py", "from django.db.models.signals import post_migrate\n", 1),
        (signals, "partners/actions.py", "from django.dispatch import receiver\n", 1),
        (sizes, "claims/actions.py", "x = 1\n" * 351, 1),
        (sizes, "claims/actions.py", "\ndef long():\n" + "    x = 1\n" * 45, 2),
        (inline_style_and_script, "templates/a.html", '<p>\n<b style="color: red">', 2),
        (inline_style_and_script, "templates/a.html", "<style>p {}</style>", 1),
        (inline_style_and_script, "templates/a.html", "<script>alert(1)</script>", 1),
        (inline_style_and_script, "templates/a.html", '<a\n href="#" onclick="f()">', 2),
        (inline_style_and_script, "templates/a.html", '<script src="https://cdn.example/x.js"></script>', 1),
    ],
)
def test_a_planted_violation_is_found_with_file_and_line(rule: Rule, path: str, text: str, line: int) -> None:
    found = list(rule(Source(path, text)))
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{line}: ")
    assert found[0].endswith(text.splitlines()[line - 1].strip())


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (upward_imports, "claims/actions.py", "from partners.models import Partner\nfrom events import log\n"),
        (upward_imports, "claims/models.py", 'unit = "claims.Unit"\npartner = "partners.Partner"\n'),
        (layers, "claims/views.py", "def go():\n    from claims.tasks import sweep\n"),
        (layers, "claims/actions/submit.py", "from claims.actions.locks import lock\nfrom claims.rules import check\n"),
        (layers, "events/apps.py", "from events import checks\n"),
        (pure_layer, "claims/states.py", "from django.db.models import TextChoices\n"),
        (pure_layer, "claims/rules/customer.py", "from django.utils.translation import gettext_lazy\n"),
        (clock, "claims/views.py", "submit_claim(now=timezone.now())\n"),
        (clock, "claims/actions/submit.py", "def submit(*, now):\n    return now\n"),
        (directory_door, "claims/actions/submit.py", "from directory.lookup import find_tenant\n"),
        (rows_of_tenants, "claims/views/pages.py", "Claim.objects.visible_to(user).filter(reference=reference)\n"),
        (rows_of_tenants, "claims/api/evidence.py", "Coverage.objects.of(claim).order_by('pk')\n"),
        (rows_of_tenants, "claims/views/proof.py", "claim.evidence.filter(key=key).first()\n"),
        (rows_of_tenants, "arbitration/presenters/rows.py", "Prefetch('parties', Party.objects.order_by('pk'))\n"),
        (rows_of_tenants, "partners/views/team.py", "get_object_or_404(Partner.objects.visible_to(who), pk=pk)\n"),
        (rows_of_tenants, "partners/views/programs.py", "Program.objects.order_by('code')\n"),
        (rows_of_tenants, "claims/actions/submit.py", "Claim.objects.select_for_update().get(pk=1)\n"),
        (signals, "events/apps.py", "from django.db.models.signals import post_migrate\n"),
        (sizes, "claims/actions.py", 'def told():\n    """A\n' + "    word\n" * 60 + '    """\n    return 1\n'),
        (inline_style_and_script, "templates/emails/a.html", '<p style="color: red">'),
        (inline_style_and_script, "templates/a.html", '<script src="{% static "a.js" %}" defer></script>'),
        (inline_style_and_script, "templates/a.html", '<script type="application/json" id="x">{}</script>'),
    ],
)
def test_what_is_allowed_is_let_be(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []
