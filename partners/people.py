"""The people around a company's claims: its own, its global admins, and the operator's reviewers who may judge it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from partners.models import Conflict, Membership, OperatorRole, User


@dataclass(frozen=True)
class People:
    """`members`, `reviewers` and `leads` among them are ids of active people; `emails` are the company's sign-ins."""

    members: frozenset[int]
    emails: frozenset[str]
    global_admins: tuple[str, ...]
    reviewers: frozenset[int]
    leads: frozenset[int]


def judges_of(partner_id: int) -> QuerySet[User]:
    """The operator's active reviewers without a conflict with the company, of which they are not themselves."""
    judges = OperatorRole.objects.filter(role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    people = User.objects.filter(pk__in=judges.values("user"), is_active=True)
    barred = Conflict.objects.filter(partner_id=partner_id).values("user")
    return people.exclude(pk__in=barred).exclude(memberships__partner_id=partner_id)


def people_around(partner_ids: Collection[int]) -> dict[int, People]:
    """Everybody around each of several companies, in three queries however many they are."""
    roles = OperatorRole.objects.filter(role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    judges = list(roles.filter(user__is_active=True).values_list("user_id", "role"))
    reviewers = {user_id for user_id, _role in judges}
    leads = {user_id for user_id, role in judges if role == OperatorRole.Role.LEAD}
    barred = set(Conflict.objects.filter(partner_id__in=partner_ids).values_list("partner_id", "user_id"))
    members: dict[int, dict[int, tuple[str, str, bool]]] = {partner_id: {} for partner_id in partner_ids}
    rows = Membership.objects.filter(partner_id__in=partner_ids, user__is_active=True).order_by("user__name")
    for company, user_id, email, name, role in rows.values_list(
        "partner_id", "user_id", "user__email", "user__name", "role"
    ):
        admin = role == Membership.Role.GLOBAL_ADMIN or members[company].get(user_id, ("", "", False))[2]
        members[company][user_id] = (email, name, admin)
    return {
        company: People(
            members=frozenset(own),
            emails=frozenset(email for email, _name, _admin in own.values()),
            global_admins=tuple(f"{name} ({email})" if name else email for email, name, admin in own.values() if admin),
            reviewers=frozenset(able := {pk for pk in reviewers - set(own) if (company, pk) not in barred}),
            leads=frozenset(able & leads),
        )
        for company, own in members.items()
    }


def people_of(partner_id: int) -> People:
    """Everybody around a company's claims, in one query. Reviewers with a conflict, or of the company, are left out."""
    judges = Q(operator_roles__role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    conflict = Exists(Conflict.objects.filter(user=OuterRef("pk"), partner_id=partner_id))
    lead = Exists(OperatorRole.objects.filter(user=OuterRef("pk"), role=OperatorRole.Role.LEAD))
    rows = (
        User.objects.filter(Q(memberships__partner_id=partner_id) | judges, is_active=True)
        .annotate(conflicted=conflict, leads=lead)
        .order_by("name", "email")
        .values_list("pk", "email", "name", "memberships__partner_id", "memberships__role", "conflicted", "leads")
        .distinct()
    )
    members: dict[int, str] = {}
    admins: list[str] = []
    others: dict[int, bool] = {}
    lead_ids: set[int] = set()
    for pk, email, name, company, role, conflicted, leads in rows:
        lead_ids |= {pk} if leads else set()
        if company == partner_id:
            members[pk] = email
            if role == Membership.Role.GLOBAL_ADMIN:
                admins.append(f"{name} ({email})" if name else email)
        else:
            others[pk] = conflicted
    reviewers = frozenset(pk for pk, conflicted in others.items() if not conflicted and pk not in members)
    return People(frozenset(members), frozenset(members.values()), tuple(admins), reviewers, reviewers & lead_ids)
