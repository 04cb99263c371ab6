"""The one style sheet of every page, which is joined of a file a component."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client

from cpor import sheets

SOURCES = {file.stem: file.read_text() for file in sheets.SOURCES.glob("*.css")}


def served() -> str:
    answer = Client().get(f"/static/{sheets.JOINED}")
    assert answer.headers["Content-Type"] == 'text/css; charset="utf-8"'
    return b"".join(answer.streaming_content).decode()


def test_every_source_is_joined_once() -> None:
    assert sorted([*sheets.ORDER, *sheets.CONDITIONS]) == sorted(SOURCES)


def test_what_is_served_is_all_of_them_in_order_each_under_its_condition() -> None:
    rest = served()
    for name in sheets.ORDER:
        before, found, rest = rest.partition(SOURCES[name])
        assert (before.strip(), found) == ("", SOURCES[name]), name
    for name, when in sheets.CONDITIONS.items():
        before, found, rest = rest.partition(f"@media {when} {{\n{SOURCES[name]}}}\n")
        assert (before.strip(), bool(found)) == ("", True), name
    assert rest == ""


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_source_reaches_into_the_next(name: str) -> None:
    """Each by itself would be closed where it ends; joined, what it left open would swallow what follows."""
    text = re.sub(r"/\*.*?\*/", "", SOURCES[name], flags=re.DOTALL)
    assert "/*" not in text
    assert text.count("{") == text.count("}")
    assert text.count('"') % 2 == 0
    assert text.rstrip().endswith("}")
    # Joined it stands elsewhere: neither an address beside it nor what must come first would be what it was.
    assert not re.search(r"url\(|@import|@charset|@namespace", text)


def test_a_source_that_changes_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in SOURCES.items():
        (tmp_path / f"{name}.css").write_text(text)
    monkeypatch.setattr(sheets, "SOURCES", tmp_path)
    assert ".unheard-of" not in served()
    (tmp_path / "chip.css").write_text(".unheard-of { color: red; }\n")
    assert ".unheard-of { color: red; }" in served()
    monkeypatch.undo()
    assert ".unheard-of" not in served()


def test_it_is_collected_named_after_what_it_holds_and_compressed(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = [name for name in settings.STATICFILES_FINDERS if name.startswith("cpor.")]
    manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
    call_command("collectstatic", interactive=False, verbosity=0)
    address = staticfiles_storage.url(sheets.JOINED).removeprefix("/static/")
    assert re.fullmatch(r"css/site\.\w+\.css", address)
    assert (tmp_path / address).read_text() == sheets.joined()
    assert (tmp_path / f"{address}.gz").stat().st_size < 20_000
    assert (tmp_path / f"{address}.br").exists()


def test_pages_ask_for_no_other() -> None:
    page = render_to_string("components/styles.html")
    assert re.findall(r'rel="stylesheet" href="([^"]*)"', page) == [f"/static/{sheets.JOINED}"]
