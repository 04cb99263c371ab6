"""The start page in rows: what needs the reader, what the operator has, what is about to lapse."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims import dates
from claims.actions.retention import deletion_of
from claims.business_days import Calendar
from claims.calendars import last_date, today_of
from claims.models import Association, Claim, ClaimLine, InformationRequest, Policy
from claims.presenters import page as present
from claims.presenters.due import count_words, due_words
from claims.requirements import Reason
from partners.enrolling import Cell
from partners.facts import Standing
from partners.permissions import may_enroll
from partners.presenters.enrollments import way_on
from partners.programs import label

WORDS = 110  # of a reviewer's question, as many letters as a row shows


def to_answer(claims: Iterable[Claim], calendar: Calendar, now: datetime) -> list[dict[str, Any]]:
    """What reviewers have asked, each with its last day and the beginning of the question."""
    found = []
    for claim in claims:
        waiting = [request for request in claim.requests.all() if _waits(request, now)]
        if waiting:
            asked = min(waiting, key=lambda request: request.due_at)
            row = _row(claim, last_date(asked.due_at), calendar, now)
            found.append({**row, "what": _("Answer the reviewer"), "why": _shortened(asked.comment.text)})
    return [{**row, "href": f"{row['href']}#comments", "do": _("Answer")} for row in found]


def _waits(request: InformationRequest, now: datetime) -> bool:
    over = request.answered_at or request.lapsed_at or request.closed_at
    return not over and now < request.due_at


def to_correct(claims: Iterable[Claim], calendar: Calendar, now: datetime) -> list[dict[str, Any]]:
    """Letters to customers that came back: another contact is to be named."""
    rows = []
    for claim in claims:
        for consent in claim.consents.all():
            if consent.waits and consent.bounced_at:
                last = last_date(consent.contact_due_at) if consent.contact_due_at else None
                why = _("The letter to %(address)s came back.") % {"address": consent.contact_email}
                row = _row(claim, last, calendar, now)
                href = reverse("claims:correct_contact", args=[claim.reference])
                rows.append({**row, "what": _("Name another contact"), "why": why, "href": href, "do": _("Name")})
    return rows


def to_finish(drafts: Iterable[Claim], policy: Policy, calendar: Calendar, now: datetime) -> list[dict[str, Any]]:
    """Drafts of the reader's own; one that will be deleted says when."""
    rows = []
    for draft in drafts:
        told = draft.deletion_told_at
        goes = told is not None and told >= draft.changed_at
        last = last_date(deletion_of(draft, policy, told_at=told)) if told and goes else None
        saved = _("Saved %(moment)s") % {"moment": dates.day(today_of(draft.changed_at))}
        why = _("It is deleted after that day, unless somebody goes on with it.") if goes else saved
        row = _row(draft, last, calendar, now)
        href = reverse("claims:edit", args=[draft.reference])
        rows.append({**row, "what": _("Finish the draft and send it"), "why": why, "href": href, "do": _("Continue")})
    return rows


def to_accept(invited: Iterable[Cell], calendar: Calendar, now: datetime) -> list[dict[str, Any]]:
    """Invitations to programmes that somebody with the reader's role may accept."""
    return [
        {
            "claim": None,
            "day": cell.until,
            "due": due_words(cell.until, today_of(now), calendar) if cell.until else None,
            "what": _("Accept or decline an invitation"),
            "why": _("%(number)s %(location)s is invited to %(programme)s.")
            % {"number": cell.mpn_id.number, "location": cell.mpn_id.name, "programme": label(cell.program.name)},
            "customer": "",
            "href": reverse("enrollment:enroll", args=[cell.mpn_id.number, cell.program.code]),
            "do": pgettext("what to do", "Open"),
        }
        for cell in invited
    ]


def _row(claim: Claim, last: date | None, calendar: Calendar, now: datetime) -> dict[str, Any]:
    return {
        "claim": claim,
        "day": last,
        "due": due_words(last, today_of(now), calendar) if last else None,
        "customer": claim.customer_name or claim.domain,
        "href": claim.path,
    }


def most_urgent_first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By day, those without one at the end, in the order they came in."""
    return sorted(rows, key=lambda row: row["day"] or date.max)


def title(count: int, *, more: bool, may_claim: bool) -> str:
    """How much needs the reader, who else needs their company's people."""
    if not count:
        return _("Nothing needs you") if may_claim else _("Nothing needs your company")
    if more:
        return _("More than %(count)s things need you") % {"count": count}
    words = {1: _("One thing needs you"), 2: _("Two things need you"), 3: _("Three things need you")}
    numbered = ngettext("%(count)s thing needs you", "%(count)s things need you", count)
    return words.get(count) or numbered % {"count": count}


def waiting(claims: Iterable[Claim], now: datetime) -> list[dict[str, Any]]:
    """What the operator has, each with how far its clock has come."""
    rows = []
    for claim in claims:
        late = present.is_late(claim, now)
        counted = count_words(present.clock_of(claim), today_of(now), late=late)
        row = {"claim": claim, "day": present.due_day(claim), "chip": present.chip(claim), "late": late, **counted}
        rows.append({**row, "customer": claim.customer_name or claim.domain})
    return rows


def subscriptions(held: Iterable[Association], ending: Mapping[str, date]) -> list[dict[str, Any]]:
    """Held associations whose subscription is about to end."""
    rows = []
    for association in held:
        lines = list(association.lines.all())
        day = ending.get(association.unit.subscription)
        if day is not None and lines:
            claim = lines[0].claim
            rows.append(
                {
                    "day": day,
                    "what": ", ".join(dict.fromkeys(line.product_name for line in lines)),
                    "whose": claim.customer_name,
                    "why": _("Subscription ends, unless it is renewed"),
                    "keeps": _("Where another follows it, claim that one once it is active."),
                    "href": claim.path,
                    "link": claim.reference,
                }
            )
    return rows


def enrolments(ending: Iterable[Cell], standing: Standing) -> list[dict[str, Any]]:
    """Enrolments that will not go on by themselves; who may not renew one is led to who may."""
    return [
        {
            "day": cell.until,
            "what": _("Enrolment of %(number)s") % {"number": cell.mpn_id.number},
            "whose": label(cell.program.name),
            "why": _("Its time ends"),
            "keeps": "",
            "href": reverse("enrollment:enroll", args=[cell.mpn_id.number, cell.program.code]),
            "link": way_on(cell, may=may_enroll(standing, cell.mpn_id)),
        }
        for cell in ending
    ]


def disputes(lines: Iterable[ClaimLine], now: datetime) -> list[dict[str, Any]]:
    """Decisions that can still be disputed, until when."""
    return [
        {
            "day": last_date(line.dispute_until),
            "what": _("Time to dispute %(product)s") % {"product": line.product_name},
            "whose": line.claim.customer_name,
            "why": str(Reason(line.reason).label) if line.reason in Reason.values else "",
            "keeps": line.claim.reference,
            "href": line.claim.path,
            "link": _("Read the decision"),
        }
        for line in lines
        if line.disputable and line.dispute_until and now < line.dispute_until
    ]


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= WORDS else f"{words[:WORDS].rsplit(' ', 1)[0]} …"
