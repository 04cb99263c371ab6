"""Spanish, complete: every text of the source has its translation, and pages, mails and findings come in it."""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.core import mail
from django.utils import translation
from django.utils.translation.template import templatize

from claims import dates
from claims.rules.texts import TEXTS, Who
from events.outbox import deliver_due
from scripts.translations import compiled, texts
from tests.claims.given import of_brightwater, sent
from tests.test_architecture import APPS, ROOT
from tests.world import NOW, World

SPANISH = ROOT / "locale/es/LC_MESSAGES/django.po"
CALLS = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
PLACE = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]+>")

Key = tuple[str, str]  # context or "", message in English; of a plural its singular


def entries() -> list[Any]:
    """The messages of the Spanish catalogue, without its header."""
    with SPANISH.open("rb") as text:
        return [message for message in read_po(text, abort_invalid=True) if message.id]


def forms(text: Any) -> tuple[str, ...]:
    """Singular and plural, or the one text there is."""
    return tuple(text) if isinstance(text, tuple | list) else (text,)


def of_python(file: Path) -> Iterator[Key]:
    """The texts of one module, under whatever name it imported Django's functions."""
    tree = ast.parse(file.read_text())
    names = {
        alias.asname or alias.name: alias.name.removesuffix("_lazy").removesuffix("_noop")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        called = names.get(node.func.id, "")
        if called in CALLS:
            first = 1 if "pgettext" in called else 0
            words = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            assert isinstance(words[first], str), f"{where}: a text that no catalogue can know: {ast.unparse(node)}"
            yield str(words[0]) if first else "", words[first]


def of_template(file: Path) -> Iterator[Key]:
    """The texts of one template, by the way Django itself finds them."""
    code = templatize(file.read_text(), origin=file.name)
    flat = "\n".join(line.lstrip() for line in code.splitlines())
    for _line, message, _comments, context in extract("python", io.BytesIO(flat.encode()), KEYWORDS):
        yield context or "", forms(message)[0]


def source() -> dict[Key, str]:
    """Every text of the product, and a file that says it."""
    found: dict[Key, str] = {}
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            found |= dict.fromkeys(of_python(file), str(file.relative_to(ROOT)))
    for file in (ROOT / "templates").rglob("*.*"):
        found |= dict.fromkeys(of_template(file), str(file.relative_to(ROOT)))
    return found


# --- The catalogue --------------------------------------------------------------------------------------------------


def test_the_catalogue_holds_every_text_of_the_source_and_no_other() -> None:
    said, known = source(), {(entry.context or "", forms(entry.id)[0]) for entry in entries()}

    assert len(said) > 500  # the search itself works
    assert {text: file for text, file in said.items() if text not in known} == {}
    assert known - set(said) == set()


def test_nothing_is_untranslated_fuzzy_or_obsolete() -> None:
    assert [entry.id for entry in entries() if not all(forms(entry.string)) or entry.fuzzy] == []
    assert [line for line in SPANISH.read_text().splitlines() if line.startswith("#~")] == []


def test_a_plural_has_as_many_forms_as_spanish() -> None:
    assert [entry.id for entry in entries() if len(forms(entry.string)) != len(forms(entry.id))] == []


def test_every_place_and_tag_of_a_text_stands_in_its_translation() -> None:
    for entry in entries():
        for english, spanish in zip(forms(entry.id), forms(entry.string), strict=True):
            assert Counter(PLACE.findall(spanish)) == Counter(PLACE.findall(english)), english


def test_a_sentence_ends_as_its_original_does() -> None:
    ends = (".", "?", "!", ":")
    for entry in entries():
        english, spanish = forms(entry.id)[0], forms(entry.string)[0]
        assert spanish.endswith(ends) == english.endswith((*ends, "Hello,", "%(name)s,")), english
        assert ("¿" in spanish) == ("?" in english), english


def test_the_compiled_catalogue_is_that_of_its_source() -> None:
    assert texts(SPANISH.with_suffix(".mo").read_bytes()) == texts(compiled(SPANISH))


# --- What people read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", TEXTS)
def test_every_finding_is_said_in_spanish(code: str) -> None:
    text = TEXTS[code]
    said = {}
    for language in ("en", "es"):
        with translation.override(language):
            said[language] = [str(part) for part in (text.passed, text.title, text.message, text.remedy)]

    assert all(said["es"])
    assert [spanish for english, spanish in zip(said["en"], said["es"], strict=True) if english == spanish] == []


def test_everybody_who_can_act_is_named_in_spanish() -> None:
    with translation.override("es"):
        assert [str(who.label) for who in Who] == [
            "usted",
            "su administrador global",
            "usted o su administrador global",
            "el cliente",
            "usted, junto con el cliente",
            "soporte",
            "nadie tiene que hacerlo",
        ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Mon 30 Nov", "Monday 30 November", "Mon 30 Nov 2026", "30 Nov", "Mon 30 Nov, 17:05"]),
        ("es", ["lun 30 nov", "lunes 30 de noviembre", "lun 30 nov 2026", "30 nov", "lun 30 nov, 17:05"]),
    ],
)
def test_dates_read_as_the_language_writes_them(language: str, expected: list[str]) -> None:
    on = date(2026, 11, 30)
    with translation.override(language):
        said = [dates.day(on), dates.day_long(on), dates.day_of_year(on), dates.day_of_month(on)]
        assert [*said, dates.moment(datetime(2026, 11, 30, 17, 5, tzinfo=UTC))] == expected


def test_the_list_of_claims_comes_in_the_language_of_its_reader(world: World) -> None:
    sent(world, "catarina.lopes", **of_brightwater())

    page = world.web("catarina.lopes").get("/claims/").content.decode()

    assert '<html lang="es">' in page
    assert "<h1>Reclamaciones</h1>" in page
    assert "Nueva reclamación" in page
    assert "Enviada" in page
    assert "vie 27 nov" in page


def test_the_page_of_a_claim_counts_its_days_in_spanish(world: World) -> None:
    reference = sent(world, "catarina.lopes", **of_brightwater())

    page = world.web("catarina.lopes").get(f"/claims/{reference}/").content.decode()

    assert "Se revisará antes de que termine el" in page
    assert "viernes 27 de noviembre" in page
    assert "Se cuentan los días laborables del operador" in page
    assert "jue 19 nov, 14:05" in page


def test_a_receipt_is_written_in_the_language_of_its_reader(world: World) -> None:
    reference = sent(world, "catarina.lopes", **of_brightwater())

    deliver_due(now=NOW)

    [receipt] = [letter for letter in mail.outbox if letter.to == [world.person("catarina.lopes").email]]
    assert receipt.subject == f"{reference} se ha enviado: Sales roll-out"
    assert receipt.body.startswith("Hola, Catarina")
    assert f"Su reclamación «Sales roll-out» para Alder Freight Lines se ha enviado. Su referencia es {reference}." in (
        receipt.body
    )
    assert "Se revisará antes de que termine el viernes 27 de noviembre." in receipt.body
    [(html, _kind)] = receipt.alternatives
    assert "antes de que termine el viernes 27 de noviembre</b>" in html
    assert 'lang="es"' in html
