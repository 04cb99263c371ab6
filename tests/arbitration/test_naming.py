"""No text of the operator's people tells a partner who another is, however it is spelled; and no other is refused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from claims.models import Evidence
from cpor import demo
from partners.imports.writing import import_partners
from partners.models import MpnId, Partner
from tests.claims.given import everything, sent
from tests.claims.test_take import NADIA
from tests.scenes import scene
from tests.world import NOW, TODAY, World

FILE = "Kickoff at Nordwind 7.pdf"


@dataclass(frozen=True)
class Read:
    """Halden's claim on what Kestrel & Lowe, with an MPN ID at Leeds, claims too, by a file of its own."""

    world: World
    reference: str


@pytest.fixture(scope="module")
def filed_by_both(django_db_setup: None, django_db_blocker: Any) -> Iterator[Read]:
    """Both claims, sent once: what is written to Halden about them is refused, or undone with its test."""
    with scene(django_db_blocker) as made:
        import_partners(json.dumps(demo.rivals(TODAY)).encode(), now=NOW)
        reference = sent(made, "jonas.weber")
        contact = {"name": "Owen Kestrel", "email": "owen.kestrel@kestrel-lowe.example"}
        rival = sent(made, "owen.kestrel", mpn_id=demo.LEEDS, partner_contact=contact)
        Evidence.objects.filter(claim__reference=rival).update(name=FILE)
        yield Read(made, reference)


@pytest.fixture
def world(db: None, now: datetime, filed_by_both: Read) -> World:
    return filed_by_both.world


@pytest.fixture
def read_by_halden(filed_by_both: Read) -> str:
    return filed_by_both.reference


def comment(world: World, reference: str, text: str) -> Any:
    return world.api(NADIA).send("POST", f"claims/{reference}/comments/", {"body": text})


def named(answer: Any) -> list[tuple[str, str]]:
    """The codes of a refusal, with the words that it tells."""
    return [(finding["code"], finding["message"].split("”")[0]) for finding in answer.json()["findings"]]


SPELLED = {
    "whole": ("Kestrel & Lowe Consulting", "Kestrel & Lowe Consulting"),
    "begun": ("Kestrel & Lowe", "Kestrel & Lowe"),
    "first word": ("KESTREL's proof", "Kestrel"),
    "without blanks": ("Kestrel&Lowe", "Kestrel & Lowe"),
    "in one": ("KestrelLowe", "Kestrel & Lowe"),
    "spaced": ("K e s t r e l", "Kestrel"),
    "cut": ("Kes-trel", "Kestrel"),
    "underscored": ("see_kestrel_2026", "Kestrel"),
    "numbered": ("Kestrel2026", "Kestrel"),
    "accented": ("Késtrèl", "Kestrel"),
    "joiners": ("Kes\u200dtr\u200bel", "Kestrel"),
    "soft hyphen": ("Kes\u00adtrel", "Kestrel"),
    "fillers": ("Kes\u3164trel", "Kestrel"),
    "marks": ("K\u0338estre\u20ddl", "Kestrel"),
    "full width": ("Ｋｅｓｔｒｅｌ", "Kestrel"),
    "mathematical": ("𝐊𝐞𝐬𝐭𝐫𝐞𝐥", "Kestrel"),
    "Cyrillic": ("\u041a\u0435\u0455trel", "Kestrel"),
    "Greek": ("\u039a\u0395STR\u0395L", "Kestrel"),
    "domain": ("kestrel-lowe.example", "kestrel-lowe.example"),
    "address": ("owen@kestrel-lowe.example", "kestrel-lowe.example"),
    "MPN ID": ("7520011", "7520011"),
    "MPN ID in groups": ("75 20-011", "7520011"),
    "MPN ID with dots": ("7.520.011", "7520011"),
    "MPN ID after letters": ("MPN7520011", "7520011"),
    "MPN ID in full width": ("７５２００１１", "7520011"),
    "MPN ID in Arabic": ("٧٥٢٠٠١١", "7520011"),
    "place": ("at Leeds", "Leeds"),
    "person": ("ASTRID LOWE", "Astrid Lowe"),
    "file": (FILE, FILE),
    "stem": ("kickoff-at-nordwind-7", FILE),
}


@pytest.mark.parametrize("spelled", SPELLED)
def test_a_name_is_found_however_it_is_spelled_and_the_reviewer_reads_which(
    world: World, read_by_halden: str, spelled: str
) -> None:
    text, word = SPELLED[spelled]
    before = everything()
    answer = comment(world, read_by_halden, f"What do you say to {text}, please?")
    assert (answer.status_code, named(answer)) == (400, [("names_other_party", f"“{word}")])
    assert everything() == before


INNOCENT = (
    "Halden Cloud Works of Rotterdam (6281940), haldencloud.example: ask Jonas Weber at Alder Freight Lines.",
    "Alder, alderfreight.example and the Alder Freight project",
    "Consulting and cloud services of partners",
    "order 17520011, order 75200112, page 75 of 2001",
    "A kestrels' nest; the kest rels",
    "kickoff at 7, and nordwind",
    "",
)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_tells_of_nobody_else_passes(world: World, read_by_halden: str, text: str) -> None:
    assert comment(world, read_by_halden, f"We read: {text}.").status_code == 201


@pytest.mark.parametrize(
    "name",
    [
        "Invoice.pdf",
        "Proof of deployment 2026-03.pdf",
        "Alder Freight - Dynamics 365 Sales - usage report.pdf",
        "signed_contract_alderfreight.example.docx",
        "screenshot 12.png",
        "Factura.pdf",
        "carta del cliente.pdf",
        "minutes",
    ],
)
def test_a_file_named_as_anybody_names_it_is_refused_with_its_ending_alone(
    world: World, read_by_halden: str, name: str
) -> None:
    Evidence.objects.filter(name=FILE).update(name=name)
    stem, _dot, ending = name.rpartition(".")
    assert comment(world, read_by_halden, f"We miss {stem or name}, as {ending.upper()}.").status_code == 201
    answer = comment(world, read_by_halden, f"We miss {name.upper()}, please.")
    assert (answer.status_code == 201) is not bool(stem), name
    assert not stem or named(answer) == [("names_other_party", f"“{name}")]


@pytest.mark.parametrize("name", ["kjxw-2231.pdf", "Nordwinderhebung.pdf", "The Nordwind memo", "Q3 nordwind.x.pdf"])
def test_a_file_named_as_no_other_is_refused_without_its_ending_too(
    world: World, read_by_halden: str, name: str
) -> None:
    Evidence.objects.filter(name=FILE).update(name=name)
    for text in (name, name.removesuffix(".pdf").replace(" ", "_").upper()):
        assert named(comment(world, read_by_halden, f"We miss {text}!")) == [("names_other_party", f"“{name}")]


def test_a_file_that_the_reader_has_too_is_its_own(world: World, read_by_halden: str) -> None:
    Evidence.objects.filter(claim__reference=read_by_halden).update(name="kickoff at nordwind-7.docx")
    assert comment(world, read_by_halden, "Kickoff at Nordwind 7 lacks a page.").status_code == 201


@pytest.mark.parametrize(
    ("rival", "text", "found"),
    [
        ("Alder", "Alder is asked", ""),  # as the customer is called
        ("Alder Freight Consulting", "Alder Freight Lines", ""),
        ("Alder Freight Consulting", "Alder Freight Consulting", "Alder Freight Consulting"),
        ("Halden Foods", "Halden Cloud Works", ""),  # as the reader is called
        ("Halden Foods", "not Halden Foods", "Halden Foods"),
        ("Works", "it works", ""),
        ("Cloud Partners", "the cloud of partners, cloud", ""),
        ("Cloud Partners", "cloud partners", "Cloud Partners"),
        ("The Nordwind Group", "nordwind", "Nordwind"),
        ("Noon", "no, on page 3", ""),
        ("Noon", "n.o.o.n", "Noon"),
        ("Ηλιος Σύστημα", "ΗΛΙΟΣ, ηλιος", "Ηλιος"),
        ("Straße & Søn", "STRASSE", "Straße"),
        ("株式会社カルダー", "これは株式会社カルダーです", "株式会社カルダー"),
        ("3M Digital", "the 3m of it", ""),
        ("3M Digital", "3-m digital", "3M Digital"),
    ],
)
def test_of_a_name_counts_what_is_its_own(world: World, read_by_halden: str, rival: str, text: str, found: str) -> None:
    Partner.objects.filter(name=demo.KESTREL).update(name=rival)
    answer = comment(world, read_by_halden, f"We read: {text}.")
    assert named(answer) == [("names_other_party", f"“{found}")] if found else answer.status_code == 201


def test_a_domain_of_public_mail_is_nobodys(world: World, read_by_halden: str) -> None:
    user = world.person("owen.kestrel")
    user.email = "owen.kestrel@gmail.com"
    user.save()
    assert comment(world, read_by_halden, "Do you use gmail.com?").status_code == 201


def test_what_both_are_called_is_no_others(world: World, read_by_halden: str) -> None:
    MpnId.objects.filter(number=demo.LEEDS).update(name="Rotterdam")
    assert comment(world, read_by_halden, "Is it Rotterdam?").status_code == 201
