"""A claim that was refused or has ended, to who filed it: why, and what can be done still."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from claims import dates
from claims.calendars import last_date
from claims.models import Claim, ClaimLine
from claims.presenters.checks import within_sentence
from claims.requirements import Reason
from claims.states import OPEN_CLAIMS, ClaimState, LineState
from partners.people import seniors_of

REFUSED = frozenset({ClaimState.REJECTED, ClaimState.ENDED})


def last_day_to_dispute(claim: Claim, now: datetime) -> date | None:
    """The last day on which everything can be disputed that still can; None where nothing can, or can any more."""
    ends = [line.dispute_until for line in claim.lines.all() if line.disputable and line.dispute_until]
    return min((last_date(end) for end in ends if now < end), default=None)


def with_refusal(
    turn: dict[str, Any], claim: Claim, verbs: Collection[str], *, operator_side: bool, now: datetime
) -> dict[str, Any]:
    """The reasons in short, and what can be done, on a claim that is refused or has ended; `turn` as it is elsewhere.

    Where the reader may not dispute, up to two people are named who may: one query.
    """
    if operator_side or claim.state not in REFUSED:
        return turn
    said = _reasons(claim)
    copy = "copy" in verbs
    last = last_day_to_dispute(claim, now)
    if last is None:
        said += _too_late(claim.lines.all(), copy=copy)
        return {**turn, "before": " ".join(said)}
    names = [] if "dispute" in verbs else seniors_of(claim.partner_id, claim.mpn_id)[:2]
    said.append(_can_dispute(names) if "dispute" not in verbs else _("You can dispute this until the end of"))
    after = _(", or copy the claim to a new draft.") if copy else "."
    return {**turn, "before": " ".join(said), "when": dates.day_long(last), "after": after}


def refused_in_part(
    claim: Claim, verbs: Collection[str], *, operator_side: bool, now: datetime
) -> dict[str, str] | None:
    """Which products were refused of a claim of which others are open or approved, why, and who can dispute until when.

    None where there are none, and for the operator's people. Where the reader may not dispute: one query.
    """
    lines = [line for line in claim.lines.all() if line.state == LineState.REJECTED]
    if operator_side or not lines or claim.state not in {*OPEN_CLAIMS, ClaimState.APPROVED}:
        return None
    names = ", ".join(f"{line.product_name} ({within_sentence(str(Reason(line.reason).label))})" for line in lines)
    said: list[str] = []
    last = last_day_to_dispute(claim, now)
    if last is not None and claim.state != ClaimState.APPROVED:
        day = {"day": dates.day_long(last)}
        said = [_("Once the other products are decided it can be disputed, until the end of %(day)s.") % day]
    elif last is not None:
        seniors = [] if "dispute" in verbs else seniors_of(claim.partner_id, claim.mpn_id)[:2]
        who = _("You can dispute this until the end of") if "dispute" in verbs else _can_dispute(seniors)
        said = [f"{who} {dates.day_long(last)}."]
        said += [_("Or copy the claim to a new draft, and mend it there.")] if "copy" in verbs else []
    elif claim.state == ClaimState.APPROVED:
        said = _too_late(lines, copy="copy" in verbs)
    title = _("Refused: %(products)s.") % {"products": names}
    return {"tone": "bad" if last else "", "title": title, "body": " ".join(said)}


def _too_late(lines: Iterable[ClaimLine], *, copy: bool) -> list[str]:
    """What is left where nothing can be disputed, or can any more."""
    late = any(line.disputable for line in lines)
    said = [_("The time to dispute this is over.")] if late else []
    return [*said, _("To claim again, copy it to a new draft.")] if copy else said


def _reasons(claim: Claim) -> list[str]:
    lines = [line for line in claim.lines.all() if line.state in {LineState.REJECTED, LineState.ENDED}]
    codes = dict.fromkeys(line.reason for line in lines if line.reason in Reason.values)
    return [f"{Reason(code).label}." for code in codes]


def _can_dispute(names: Sequence[str]) -> str:
    if not names:
        return _("Your company can dispute this until the end of")
    who = _("%(one)s or %(other)s") % {"one": names[0], "other": names[1]} if len(names) > 1 else names[0]
    return _("%(names)s can dispute this until the end of") % {"names": who}


def verbs_of_proof(claim: Claim, verbs: Collection[str], now: datetime) -> list[str]:
    """The verbs without those that bring proof, where the claim is refused and no dispute can use any."""
    if claim.state != ClaimState.REJECTED or last_day_to_dispute(claim, now):
        return list(verbs)
    return [verb for verb in verbs if verb not in {"add_evidence", "mark"}]
