"""The manifest is broad, and what is only like one of its files harms nothing either. See test_corpus_through_http."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.inspection import inspect
from claims.rules.files import KINDS, clean_name, kind_of
from claims.rules.texts import FILES, UNSAFE
from tests.claims.evidence.corpus import MANIFEST
from tests.claims.evidence.corpus.documents import letter, table
from tests.claims.evidence.corpus.pdf_writer import document, packed
from tests.claims.evidence.corpus.pictures import jpeg, png


def test_the_manifest_is_as_broad_as_it_should_be() -> None:
    names = [file.name for file in MANIFEST]
    whys = {file.expected.why for file in MANIFEST}
    assert len(names) == len(set(names))
    assert sum(not file.honest for file in MANIFEST) >= 60
    assert sum(file.honest for file in MANIFEST) >= 25
    assert whys - {""} == set(UNSAFE) - {"not_inspected"}
    assert {file.expected.refusal for file in MANIFEST} <= {"", *FILES}
    assert {kind_of(clean_name(file.upload_name)) for file in MANIFEST if file.honest} == set(KINDS)


@pytest.mark.parametrize(
    ("make", "media_type"),
    [
        (lambda: packed(document(pages=3)), KINDS[0].media_type),
        (lambda: document(pages=3), KINDS[0].media_type),
        (png, KINDS[1].media_type),
        (jpeg, KINDS[2].media_type),
        (letter, KINDS[3].media_type),
        (table, KINDS[4].media_type),
    ],
    ids=["packed pdf", "pdf", "png", "jpeg", "docx", "xlsx"],
)
@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_happened_to_an_honest_file_it_is_judged(
    make: object, media_type: str, tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(damaged(make(), data))  # type: ignore[operator]
    report = inspect(path, media_type)
    assert report.refusal in {"", "file_unsafe", "file_content_mismatch"}
    assert bool(report.why) == (report.refusal == "file_unsafe")
    assert report.cpu_seconds <= 2.0


def damaged(whole: bytes, data: st.DataObject) -> bytes:
    """The file with some bytes changed, then cut off or made longer somewhere, or not."""
    content = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(content)))
    return bytes(content[:cut] if data.draw(st.booleans()) else content) + data.draw(st.binary(max_size=40))
