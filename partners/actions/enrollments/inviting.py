"""How an MPN ID comes into a programme: it is invited, or applies, and its company says yes or no."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from events.log import record
from partners.actions.enrollments.moving import draft, lock, log, move, require
from partners.actions.enrollments.notices import tell_admins, tell_company
from partners.actions.refusals import denials_are_recorded
from partners.days import today_of
from partners.models import Enrollment, MpnId, Program
from partners.permissions import require_decider, require_enroller
from partners.states import EnrollmentState

if TYPE_CHECKING:
    from partners.models import User


@denials_are_recorded
def invite(
    *, mpn_ids: Sequence[MpnId], program: Program, until: date, actor: "User", now: datetime
) -> list[Enrollment]:
    """Invites these location IDs into the programme, all or none; `until` is the last day to accept.

    Raises:
        ValidationError: `past` for a day that is over; `global_id` for an ID that never enrols.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    for mpn_id in mpn_ids:
        require_decider(actor, mpn_id.partner_id)
    if until < today_of(now):
        raise ValidationError({"until": ValidationError(_("This day is over. Choose a later one."), code="past")})
    with transaction.atomic():
        begun = _begin(mpn_ids, program, "invite", now=now, until=until)
        drafts = [draft(enrollment, "invite", {"until": until.isoformat()}) for enrollment in begun]
        events = record(drafts, actor_id=actor.pk, now=now)
        tell_company(list(zip(events, begun, strict=True)), "enrollment_invited")
    return begun


@denials_are_recorded
def apply(*, mpn_id: MpnId, program: Program, actor: "User", now: datetime) -> Enrollment:
    """Asks, for a location ID of the actor's company, to be enrolled in a programme that is open to all.

    Raises:
        ValidationError: `by_invitation` for a programme that is not; `global_id` for an ID that never enrols.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_enroller(actor, mpn_id)
    with transaction.atomic():
        [enrollment] = _begin([mpn_id], program, "apply", now=now)
        tell_admins(log(enrollment, "apply", actor=actor, now=now), enrollment, "enrollment_waiting")
    return enrollment


def _begin(
    mpn_ids: Sequence[MpnId], program: Program, verb: str, *, now: datetime, until: date | None = None
) -> list[Enrollment]:
    """Begins a round for each, in a constant number of queries. The programme is the lock: a row may lack yet."""
    keys = sorted({mpn_id.pk for mpn_id in mpn_ids})
    program = Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if verb == "apply" and program.by_invitation:
        told = _("One enrols in this programme by invitation. Ask the operator for one.")
        raise ValidationError(told, code="by_invitation")
    ids = MpnId.objects.select_related("partner").in_bulk(keys)
    rows = Enrollment.objects.filter(program=program, mpn_id__in=keys).select_for_update(no_key=True).order_by("pk")
    there = {row.mpn_id_id: row for row in rows}
    begun = []
    for key, mpn_id in ids.items():
        if mpn_id.kind != MpnId.Kind.LOCATION:
            told = _("%(number)s is a global ID. Only location IDs enrol.") % {"number": mpn_id.number}
            raise ValidationError(told, code="global_id")
        enrollment = there.get(key)
        require(verb, enrollment.stands(today_of(now)) if enrollment else None)
        enrollment = enrollment or Enrollment()
        enrollment.mpn_id, enrollment.program = mpn_id, program
        move(enrollment, verb, now=now)
        enrollment.until = until
        begun.append(enrollment)
    Enrollment.objects.bulk_create([row for row in begun if row.pk is None])
    changed = [field.attname for field in Enrollment._meta.concrete_fields if not field.primary_key]
    Enrollment.objects.bulk_update([row for row in begun if row.mpn_id_id in there], changed)
    return begun


@denials_are_recorded
def accept(*, enrollment: Enrollment, actor: "User", now: datetime) -> Enrollment:
    """Accepts an invitation; the operator validates it then.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    require_enroller(actor, enrollment.mpn_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "accept", now=now)
        move(enrollment, "accept", now=now)
        enrollment.until = None
        enrollment.save(update_fields=["state", "changed_at", "accepted_at", "until"])
        tell_admins(log(enrollment, "accept", actor=actor, now=now), enrollment, "enrollment_waiting")
    return enrollment


@denials_are_recorded
def decline(*, enrollment: Enrollment, actor: "User", now: datetime) -> Enrollment:
    """Declines an invitation, or takes back what was accepted or applied for while it is not validated.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    require_enroller(actor, enrollment.mpn_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "decline", now=now)
        move(enrollment, "decline", now=now)
        enrollment.until = None
        enrollment.save(update_fields=["state", "changed_at", "closed_at", "until"])
        tell_admins(log(enrollment, "decline", actor=actor, now=now), enrollment, "enrollment_declined")
    return enrollment


@denials_are_recorded
def withdraw(*, enrollment: Enrollment, actor: "User", now: datetime) -> Enrollment:
    """Takes an invitation back that was not answered yet.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "withdraw", now=now)
        move(enrollment, "withdraw", now=now)
        enrollment.until = None
        enrollment.save(update_fields=["state", "changed_at", "closed_at", "until"])
        event = log(enrollment, "withdraw", actor=actor, now=now)
        tell_company([(event, enrollment)], "enrollment_withdrawn")
    return enrollment


def expire(*, enrollment: Enrollment, now: datetime) -> bool:
    """Notes that the time to answer an invitation is over; false where it is not, or somebody was first."""
    with transaction.atomic():
        row = Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
        if row.state != EnrollmentState.INVITED or row.stands(today_of(now)) != EnrollmentState.EXPIRED:
            return False
        move(row, "expire", now=now)
        row.save(update_fields=["state", "changed_at", "closed_at"])
        log(row, "expire", actor=None, now=now)
    return True
