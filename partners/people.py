"""The people around a company's claims: its own, its global admins, and the operator's reviewers who may judge it."""

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
