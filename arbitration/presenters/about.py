"""What the subjects of events are called, by the names that live rows have."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arbitration.audit import (
    claims_of,
    companies_of,
    documents_of,
    enrollments_of,
    mpn_ids_of,
    people_of,
    programs_of,
    requests_of,
)
from arbitration.permissions import cases_visible_to
from arbitration.subjects import ALONE, SUBJECTS
from claims.models import Claim, Evidence
from partners.models import User
from partners.programs import label


@dataclass(frozen=True)
class About:
    """What an event is about: its name, what to know beside it, and its page where the reader may open that."""

    words: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Around:
    """The live rows that a page of events speaks of, by id, and which of them its reader may open.

    `others` are what companies, MPN IDs, programmes, enrolments, requests to support and people are called, by subject.
    """

    claims: dict[int, Claim]
    documents: dict[int, Evidence]
    openable: frozenset[int]
    cases: frozenset[int]
    others: dict[str, About]


def about(subject: str, around: Around) -> About:
    """What the subject of an event is called."""
    prefix, _colon, key = subject.partition(":")
    number = int(key) if key.isdecimal() else 0
    if prefix in {"claim", "review"}:
        return _about_claim(prefix, number, around)
    if prefix == "evidence":
        return _about_document(number, around)
    if prefix == "case":
        href = reverse("arbitration:case", args=[number]) if number in around.cases else ""
        return About(_("Case %(number)s") % {"number": number}, href=href)
    if subject in around.others:
        return around.others[subject]
    if subject in ALONE:
        return About(str(ALONE[subject]))
    return About(f"{SUBJECTS[prefix]} {key}" if prefix in SUBJECTS else subject)


def _about_claim(prefix: str, number: int, around: Around) -> About:
    claim = around.claims.get(number)
    if claim is None:
        return About(_("Claim %(number)s") % {"number": number}, _("deleted before it was sent"))
    name = "claims:page" if prefix == "claim" else "claims:review"
    href = reverse(name, args=[claim.reference]) if number in around.openable else ""
    note = claim.partner.name if prefix == "claim" else _("%(partner)s, its review") % {"partner": claim.partner.name}
    return About(claim.reference, note, href)


def _about_document(number: int, around: Around) -> About:
    document = around.documents.get(number)
    if document is None:
        return About(_("Document %(number)s") % {"number": number}, _("taken off a draft"))
    claim = document.claim
    href = f"{claim.path}#documents" if claim.pk in around.openable else ""
    return About(f"{claim.reference} {document.letter}", document.name, href)


def around_of(subjects: Collection[str], reader: User) -> Around:
    """The rows that these subjects mean; in a number of queries that does not grow with them."""
    ids: dict[str, set[int]] = {}
    for subject in subjects:
        prefix, _colon, key = subject.partition(":")
        if key.isdecimal() and len(key) < 19:
            ids.setdefault(prefix, set()).add(int(key))
    documents = documents_of(ids.get("evidence", ()))
    claim_ids = ids.get("claim", set()) | ids.get("review", set())
    claims = claims_of(claim_ids)
    seen = claim_ids | {document.claim_id for document in documents.values()}
    openable = Claim.objects.visible_to(reader).filter(pk__in=seen).values_list("pk", flat=True)
    cases: Any = cases_visible_to(reader).filter(pk__in=ids.get("case", ())).values_list("pk", flat=True)
    return Around(claims, documents, frozenset(openable), frozenset(cases), _others(ids))


def _others(ids: dict[str, set[int]]) -> dict[str, About]:
    """People, companies and what these have; who reads the log opens the pages of companies and enrolments, too."""
    found = {row.subject: About(str(row)) for row in people_of(ids.get("person", ())).values()}
    for company in companies_of(ids.get("company", ())).values():
        found[company.subject] = About(company.name, href=reverse("enrolling:company", args=[company.pk]))
    for mpn_id in mpn_ids_of(ids.get("mpn_id", ())).values():
        href = reverse("enrolling:company", args=[mpn_id.partner_id])
        found[mpn_id.subject] = About(_("MPN ID %(mpn_id)s") % {"mpn_id": mpn_id}, mpn_id.partner.name, href)
    for program in programs_of(ids.get("program", ())).values():
        found[program.subject] = About(label(program.name), program.code)
    for row in enrollments_of(ids.get("enrollment", ())).values():
        named = {"mpn_id": row.mpn_id.number, "program": label(row.program.name)}
        href = reverse("enrolling:enrollment", args=[row.pk])
        found[row.subject] = About(_("%(mpn_id)s · %(program)s") % named, row.mpn_id.partner.name, href)
    for asked in requests_of(ids.get("support", ())).values():
        found[f"support:{asked.pk}"] = About(asked.number, str(asked.asker))
    return found
