"""Erasing a person: the one act that reaches through all rooms. What holds what, and what becomes of it, is listed in
docs/operating.md.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from claims.intake import CONTACTS
from claims.models import Claim, Consent, Look
from claims.states import OPEN_CLAIMS
from events.erasure import Forgotten, forget_in_notices, forget_letters
from events.log import Draft, record
from events.models import Notification
from partners.actions.erase import forget_in_answers, forget_person, lock_with_sides, reasons_to_keep
from partners.actions.refusals import denials_are_recorded
from partners.facts import ADMIN
from partners.models import User
from partners.permissions import require_operator

MOST_NAMED = 5


@dataclass(frozen=True)
class Reach:
    """What erasing an address, or the person who signs in with it, comes to; `reasons` say why it has to wait."""

    address: str
    person: User | None
    told: int
    claims: int
    consents: int
    reasons: list[ValidationError] = field(default_factory=list)


def reach_of(who: str, *, actor: User | None) -> Reach | None:
    """What erasing would come to just now; `who` is an address, or the number of an account, with or without a #.

    None where no account and no contact of a claim is found by it.
    """
    number = who.removeprefix("#")
    by_number = number.isascii() and number.isdecimal() and len(number) < 19
    person = User.objects.filter(**({"pk": int(number)} if by_number else {"email__iexact": who})).first()
    if person is None and by_number:
        return None
    reach = _reach(person.email if person else who, person, actor)
    return reach if person or reach.claims or reach.consents else None


def _reach(address: str, person: User | None, actor: User | None) -> Reach:
    reasons = _reasons(address)
    if person is not None:
        reasons = [*reasons_to_keep(person, actor), *_held_by(person), *reasons]
    return Reach(
        address=address,
        person=person,
        told=Notification.objects.filter(recipient=person).count() if person else 0,
        claims=_naming(address).count(),
        consents=Consent.objects.filter(contact_email__iexact=address).count(),
        reasons=reasons,
    )


@denials_are_recorded
def erase_person(*, person: User, actor: User | None, now: datetime) -> Reach:
    """Blanks all that says who a person is, for good, ends their access, and returns what that came to.

    What they did stays done by their number: the log is not touched, and what they wrote is their company's. `actor`
    is None for whoever runs the installation. Said again of somebody who is erased, it changes nothing.

    Raises:
        PermissionDenied: for who is no admin of the operator.
        ValidationError: with every reason why it has to wait; nothing is changed then.
    """
    with transaction.atomic():
        if actor is not None:
            require_operator(actor, ADMIN)
        lock_with_sides(person)
        reach = _reach(person.email, person, actor)
        if person.erased_at is not None:
            return reach
        if reach.reasons:
            raise ValidationError(reach.reasons)
        _blank_contacts(reach.address)
        Look.objects.filter(user=person).delete()
        drafts = [Draft(person.subject, "person.erased"), *forget_person(person, now=now)]
        record(drafts, actor_id=actor.pk if actor else None, now=now)
    return reach


@denials_are_recorded
def erase_contact(*, address: str, actor: User | None, now: datetime) -> Reach:
    """As `erase_person`, of somebody without an account whom claims name as a contact.

    Raises:
        PermissionDenied, ValidationError: likewise.
    """
    with transaction.atomic():
        if actor is not None:
            require_operator(actor, ADMIN)
        reach = _reach(address, None, actor)
        if reach.reasons:
            raise ValidationError(reach.reasons)
        for name in _names_at(address):
            gone = Forgotten(name, address, lambda: _("erased person"))
            forget_in_notices(gone)
            forget_in_answers(gone)
            forget_letters(gone)
        _blank_contacts(address)
        told = {"claims": reach.claims, "consents": reach.consents}
        record([Draft("audit:log", "person.contact_erased", told)], actor_id=actor.pk if actor else None, now=now)
    return reach


def _reasons(address: str) -> list[ValidationError]:
    """Claims whose customer is still to be asked, or is being asked, at this address."""
    asked = Consent.objects.filter(contact_email__iexact=address, outcome="").values("claim")
    ahead = Q(customer_contact_email__iexact=address, state__in=OPEN_CLAIMS)
    references = _references(Claim.objects.filter(Q(pk__in=asked) | ahead))
    if not references:
        return []
    told = _("The customer is heard at this address on %(claims)s. Their partners have to name another contact first.")
    return [ValidationError(told % {"claims": references}, code="contact_in_use")]


def _held_by(person: User) -> list[ValidationError]:
    references = _references(Claim.objects.filter(reviewer=person, state__in=OPEN_CLAIMS))
    if not references:
        return []
    told = _("They still review %(claims)s. A lead has to give these to somebody else, or back to the queue.")
    return [ValidationError(told % {"claims": references}, code="holds_claims")]


def _references(claims: QuerySet[Claim]) -> str:
    """The first of these claims by reference, in words; empty where there is none."""
    found = list(claims.order_by("pk").values_list("reference", flat=True)[: MOST_NAMED + 1])
    return ", ".join([*found[:MOST_NAMED], *(["…"] if len(found) > MOST_NAMED else [])])


def _naming(address: str) -> QuerySet[Claim]:
    """Claims that name the address as any of their contacts."""
    found = Q()
    for contact in CONTACTS:
        found |= Q(**{f"{contact}_email__iexact": address})
    return Claim.objects.filter(found)


def _names_at(address: str) -> list[str]:
    """The names under which claims and letters know the address; one empty name where there is none."""
    names = {""}
    for contact in CONTACTS:
        rows = Claim.objects.filter(**{f"{contact}_email__iexact": address})
        names |= set(rows.values_list(f"{contact}_name", flat=True))
    names |= set(Consent.objects.filter(contact_email__iexact=address).values_list("contact_name", flat=True))
    return sorted(names)


def _blank_contacts(address: str) -> None:
    """Takes the address, with its name and title, off every claim and every question to a customer.

    The claims get a new version: what somebody has typed over the old one is not written back.
    """
    ids = [claim.pk for claim in _naming(address).order_by("pk").select_for_update(no_key=True)]
    for contact, names in CONTACTS.items():
        blank = {f"{contact}_{name}": "" for name in names}
        Claim.objects.filter(pk__in=ids, **{f"{contact}_email__iexact": address}).update(**blank)
    Claim.objects.filter(pk__in=ids).update(version=F("version") + 1)
    Consent.objects.filter(contact_email__iexact=address).update(contact_name="", contact_email="")
