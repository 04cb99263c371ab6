"""How an association ends: the partner gives a product up, or the subscription is gone. Source: design, section 7."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import Http404

from claims.actions.consent import ask_customer, void_consents
from claims.actions.contest import leave, lock_cases, lock_with_cases
from claims.actions.inquiry import settle
from claims.actions.notices import tell_of_disassociation, tell_of_ended_subscription
from claims.actions.restore import Restored, restore, tell_restored
from claims.actions.state import change_lines, lock_claim
from claims.errors import TransitionNotAllowed
from claims.models import Association, Case, Claim, ClaimLine, Comment, Revocation, Unit
from claims.requirements import Reason
from claims.states import LIVE_LINES, LineState
from directory import lookup
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

BATCH = 500

logger = logging.getLogger(__name__)


def disassociate(
    *, claim: Claim, line_id: int, body: str, actor: "User", now: datetime, version: int | None = None
) -> Claim:
    """Gives an approved product up, for the partner's reason in `body`, a comment; the association ends with its last.

    A claim of which nothing is live any more has ended. `version` is the one the actor has seen.

    Raises:
        Http404: where the claim has no such line.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        line = next((line for line in claim.lines.all() if line.pk == line_id), None)
        if line is None:
            raise Http404
        cases = lock_with_cases(claim, [line], "disassociate", actor=actor, version=version)
        comment = Comment.objects.create(claim=claim, author=actor, body=body, at=now)
        drafts, restored = end_approved(claim, [line], Reason.PARTNER_REQUEST, "disassociate", cases, now=now)
        told = {"line": line.pk, "association": line.association_id, "comment": comment.pk}
        event, *_ = record([Draft(claim.subject, "claim.disassociated", told), *drafts], actor_id=actor.pk, now=now)
        tell_of_disassociation(event, claim, line, actor=actor)
        tell_restored(restored, now=now)
    return claim


def end_approved(
    claim: Claim, lines: Sequence[ClaimLine], reason: Reason, verb: str, cases: Mapping[int, Case], *, now: datetime
) -> tuple[list[Draft], Restored]:
    """Ends approved lines of a claim whose units, cases and row are locked, and the associations that live by them.

    The claim is then what its lines say; rejected where its customer has declined all that was live. Who was displaced
    by such an association, before the customer's word, holds the unit again; else the partner leaves the cases of what
    it holds no more. `cases` comes from `lock_with_cases`. Returns the events to record on cases, and what was
    restored, for `tell_restored`.

    Raises:
        LineTransitionNotAllowed: where a line is not approved.
    """
    change_lines(lines, verb)
    ended = _save(claim, lines, reason, verb, now=now)
    drafts: list[Draft] = []
    restored = Restored()
    for association in ended:
        more, back = restore(association, cases, now=now)
        drafts += more
        restored.claims += back.claims
        restored.moot += back.moot
    drafts += leave(claim.partner_id, [line.unit for line in lines if line.unit], cases, now=now)
    return drafts, restored


def end_subscriptions(*, now: datetime) -> int:
    """Ends what is live on subscriptions that the directory says are gone; returns how many there were."""
    ended, last = 0, 0
    live = ClaimLine.objects.filter(unit=OuterRef("pk"), state__in=LIVE_LINES)
    held = Association.objects.filter(unit=OuterRef("pk"), until=None)
    units = Unit.objects.filter(Exists(live) | Exists(held)).exclude(subscription="").order_by("pk")
    while rows := list(units.filter(pk__gt=last).values_list("pk", "subscription")[:BATCH]):
        last = rows[-1][0]
        gone = lookup.ended_subscriptions([subscription for _, subscription in rows])
        for unit_id in [pk for pk, subscription in rows if subscription in gone]:
            try:
                end_subscription(unit_id=unit_id, now=now)
            except Exception:
                logger.exception("What stands on a subscription could not be ended", extra={"unit": unit_id})
            else:
                ended += 1
    return ended


def end_subscription(*, unit_id: int, now: datetime) -> None:
    """Ends all that is live on a unit whose subscription is gone: approved lines end, open ones are refused.

    Safe to repeat, and beside any other verb: the unit is locked first.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        cases = lock_cases([unit])
        live = ClaimLine.objects.filter(unit=unit, state__in=LIVE_LINES)
        ids = sorted(set(live.values_list("claim_id", flat=True)))
        ended: list[tuple[Claim, list[ClaimLine]]] = []
        for claim in Claim.objects.select_related("partner").filter(pk__in=ids).order_by("pk"):
            try:
                lock_claim(claim, "end_subscription")
            except TransitionNotAllowed:
                continue
            prefetch_related_objects([claim], Prefetch("lines", ClaimLine.objects.select_related("unit")))
            lines = [line for line in claim.lines.all() if line.unit_id == unit_id and line.state in LIVE_LINES]
            approved = [line for line in lines if line.state == LineState.APPROVED]
            change_lines(approved, "end_subscription")
            change_lines([line for line in lines if line.state == LineState.OPEN], "reject")
            _save(claim, lines, Reason.SUBSCRIPTION_ENDED, "end_subscription", now=now)
            ended.append((claim, lines))
        Association.objects.filter(unit=unit, until=None).update(until=now)
        drafts = [
            Draft(
                claim.subject,
                "claim.subscription_ended",
                {"lines": [line.pk for line in lines], "state": str(claim.state)},
            )
            for claim, lines in ended
        ]
        left = [draft for claim, _lines in ended for draft in leave(claim.partner_id, [unit], cases, now=now)]
        events = record([*drafts, *left], actor_id=None, now=now)
        for event, (claim, lines) in zip(events, ended, strict=False):
            tell_of_ended_subscription(event, claim, lines)
            ask_customer(claim, now=now)


def _save(claim: Claim, lines: Sequence[ClaimLine], reason: Reason, verb: str, *, now: datetime) -> list[Association]:
    """Saves lines that ended, the associations that end with them, which it returns, and the claim."""
    for line in lines:
        line.reason = reason
    ClaimLine.objects.bulk_update(lines, ["state", "reason"])
    ended = _end_associations({line.association_id for line in lines if line.association_id}, now=now)
    void_consents(lines, now=now)
    Revocation.objects.drop([line.pk for line in lines], now=now)
    claim.save(update_fields=settle(claim, verb, now=now))
    return ended


def _end_associations(ids: Collection[int], *, now: datetime) -> list[Association]:
    """Ends those that no approved line stands on any more, and returns them; their units are locked."""
    held = ClaimLine.objects.filter(association_id__in=ids, state=LineState.APPROVED)
    standing = set(held.order_by().values_list("association_id", flat=True))
    ended = list(Association.objects.filter(pk__in=set(ids) - standing, until=None).select_related("displaces"))
    Association.objects.filter(pk__in=[association.pk for association in ended]).update(until=now)
    return ended
