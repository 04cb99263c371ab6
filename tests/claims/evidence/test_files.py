"""What names, sizes and first bytes decide before a file is looked into."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.rules.files import (
    HEAD,
    KINDS,
    MAX_FILE,
    MAX_FILES,
    MAX_TOTAL,
    check_upload,
    clean_name,
    count_limit,
    kind_of,
    total_limit,
)

UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Statement of work.pdf", "Statement of work.pdf"),
        ("Abnahme – Größe.docx", "Abnahme – Größe.docx"),
        ("Gro\u0308ße.pdf", "Größe.pdf"),
        ("証明書.pdf", "証明書.pdf"),
        ("v1.2 final.PDF", "v1.2 final.PDF"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\proof.pdf", "proof.pdf"),
        ("C:\\Users\\ana\\proof.pdf", "proof.pdf"),
        ("proof.pdf/", "file"),
        ("", "file"),
        ("...", "file"),
        (" . . ", "file"),
        ("\0", "file"),
        ("\u202e\u2066", "file"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("pro\u200b\u00ad\ufeffof.pdf", "proof.pdf"),
        ("proof\ud800.pdf", "proof.pdf"),
        ("proof.pdf. . ", "proof.pdf"),
        ("proof .pdf", "proof.pdf"),
        ('a<b>:"|?*.png', "a_b______.png"),
        ("con", "_con"),
        ("NUL.pdf", "_NUL.pdf"),
        ("Com1.tar.pdf", "_Com1.tar.pdf"),
        ("lpt¹.pdf", "_lpt¹.pdf"),
        ("console.pdf", "console.pdf"),
        ("a  \u00a0 b.pdf", "a b.pdf"),
        (".pdf", "pdf"),
        ("x" * 200 + ".jpeg", "x" * 115 + ".jpeg"),
        ("x" * 200, "x" * 120),
        ("a." + "b" * 200, "a." + "b" * 118),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_safe(raw: str, kept: str) -> None:
    assert clean_name(raw) == kept


@given(st.text())
def test_any_name_becomes_one_that_can_be_shown_and_stored(raw: str) -> None:
    name = clean_name(raw)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\<>:"|?*')
    assert not {unicodedata.category(sign) for sign in name} & UNSHOWN
    assert name == name.strip(". ")
    assert clean_name(name) == name
    name.encode()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "PDF"),
        ("a.PNG", "PNG"),
        ("a.jpg", "JPEG"),
        ("a.JpEg", "JPEG"),
        ("a.docx", "DOCX"),
        ("a.xlsx", "XLSX"),
        ("a.exe.pptx", "PPTX"),
        ("a.pdf.exe", None),
        ("a.doc", None),
        ("a.docm", None),
        ("a.xlsm", None),
        ("a.svg", None),
        ("pdf", None),
        ("a.", None),
        ("", None),
    ],
)
def test_the_last_extension_tells_the_kind(name: str, kind: str | None) -> None:
    found = kind_of(name)
    assert (found.name if found else None) == kind


def test_marks_cite_pages_sheets_or_slides() -> None:
    assert {kind.name: kind.unit for kind in KINDS} == {
        "PDF": "page",
        "PNG": "",
        "JPEG": "",
        "DOCX": "page",
        "XLSX": "sheet",
        "PPTX": "slide",
    }


def test_nothing_is_empty_before_it_is_of_a_wrong_type() -> None:
    refusal = check_upload("a.exe", 0, b"")
    assert refusal is not None
    assert (refusal.code, refusal.field, dict(refusal.values)) == ("file_empty", "file", {})


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert check_upload("a.pdf", MAX_FILE, b"%PDF-1.7") is None
    refusal = check_upload("a.pdf", MAX_FILE + 1, b"%PDF-1.7")
    assert refusal is not None
    assert (refusal.code, refusal.message) == (
        "file_too_large",
        "There is a limit to what we keep. One file may have 25 MB.",
    )


def test_the_limits_of_a_claim_are_told_in_words() -> None:
    assert (MAX_FILES, count_limit()) == (20, "A claim takes 20 files.")
    assert (MAX_TOTAL, total_limit()) == (104_857_600, "All files of a claim together may have 100 MB.")


def test_a_wrong_content_names_the_extension() -> None:
    refusal = check_upload("a.exe.PDF", 9, b"MZ")
    assert refusal is not None
    assert refusal.code == "file_content_mismatch"
    assert refusal.message == "Its content is not that of a file named .pdf."


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_begins_in_its_own_way_at_the_first_byte(kind: object) -> None:
    for signature in kind.signatures:  # type: ignore[attr-defined]
        name = f"a.{kind.extensions[0]}"  # type: ignore[attr-defined]
        assert check_upload(name, 99, signature + b"rest") is None
        for head in (b" " + signature, signature[:-1], b"", signature.swapcase() if signature.isalpha() else b"\xef"):
            refusal = check_upload(name, 99, head[:HEAD])
            assert refusal is not None
            assert refusal.code == "file_content_mismatch"
