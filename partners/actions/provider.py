"""Whom a company's own provider lets in, and as what: links by verified address, and roles by group."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction

from events.log import Draft, record
from partners.models import Membership, OperatorRole, Partner, User
from partners.rules.provider import NotTaken, Word

Roles = Mapping[str, Iterable[tuple[str, str]]]  # by group: pairs of company and role, the operator's with no company


def admit(*, provider: str, word: Word, roles: Roles, now: datetime) -> User:
    """The person whom a provider's word is about, linked to it, with the roles that their groups give.

    Somebody is known by the provider's own key for them, else by their verified address, which links them for good.
    Roles that no group gives are left alone.

    Raises:
        NotTaken: `address_unverified`, `person_unknown`, `deactivated`, `linked_otherwise` where the person came before
            under another key, and `other_company` where a group gives a role in a company that is not theirs.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=_known(provider, word)).first()
        if user is None:
            raise NotTaken("person_unknown")
        if not user.is_active:
            raise NotTaken("deactivated")
        drafts = [*_linked(user, provider, word), *_with_roles(user, word, roles)]
        record(drafts, actor_id=user.pk, now=now)
    return user


def known_to(*, provider: str, word: Word) -> int | None:
    """The key of the person whom the word is about, linked or not; None for nobody."""
    try:
        return _known(provider, word)
    except NotTaken:
        return None


def _known(provider: str, word: Word) -> int:
    linked = SocialAccount.objects.filter(provider=provider, uid=word.subject).values_list("user_id", flat=True).first()
    if linked is not None:
        return linked
    if not word.address:
        raise NotTaken("address_unverified")
    known = User.objects.filter(email=word.address).values_list("pk", flat=True).first()
    if known is None:
        raise NotTaken("person_unknown")
    return known


def _linked(user: User, provider: str, word: Word) -> list[Draft]:
    keys = set(SocialAccount.objects.filter(provider=provider, user=user).values_list("uid", flat=True))
    if word.subject in keys:
        return []
    if keys:
        raise NotTaken("linked_otherwise")
    SocialAccount.objects.create(user=user, provider=provider, uid=word.subject, extra_data={})
    return [Draft(f"person:{user.pk}", "person.linked", {"provider": provider})]


def _with_roles(user: User, word: Word, roles: Roles) -> list[Draft]:
    """Gives and takes what the groups say; of the roles that are not mapped it knows nothing."""
    mapped = {pair for pairs in roles.values() for pair in pairs}
    wanted = {pair for group in word.groups for pair in roles.get(group, ())}
    names = {name for name, _role in mapped if name}
    companies = dict(Partner.objects.filter(name__in=names).values_list("name", "pk")) if names else {}
    drafts = []
    # First what is taken: a person belongs to one company.
    for name, role in sorted(mapped - wanted) + sorted(wanted):
        if name and name not in companies:
            continue
        gives, company = (name, role) in wanted, companies.get(name)
        if (_give if gives else _take)(user, company, role):
            told: dict[str, Any] = {"role": role, "partner": company, "by": "provider"}
            drafts.append(Draft(f"person:{user.pk}", f"person.role_{'granted' if gives else 'withdrawn'}", told))
    return drafts


def _give(user: User, company: int | None, role: str) -> bool:
    if company is None:
        return OperatorRole.objects.get_or_create(user=user, role=role)[1]
    try:
        return Membership.objects.get_or_create(user=user, partner_id=company, role=role)[1]
    except ValidationError:
        raise NotTaken("other_company") from None


def _take(user: User, company: int | None, role: str) -> bool:
    if company is None:
        return bool(OperatorRole.objects.filter(user=user, role=role).delete()[0])
    return bool(Membership.objects.filter(user=user, partner_id=company, role=role).delete()[0])
