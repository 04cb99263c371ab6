"""The people around a company: its own, who may enrol for it, and the operator's people who may judge it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Value

from partners.facts import Grant, Power, reach_of
from partners.models import Conflict, Membership, MpnId, OperatorRole, User


@dataclass(frozen=True)
class People:
    """Ids of active people: `members`, `admins` for global ones among them, `reviewers`, `leads` among those.

    `emails` are the company's sign-ins; `global_admins` are the admins by name and address.
    """

    members: frozenset[int]
    admins: frozenset[int]
    emails: frozenset[str]
    global_admins: tuple[str, ...]
    reviewers: frozenset[int]
    leads: frozenset[int]


def team_of(partner_id: int) -> QuerySet[User]:
    """A company's people, whom its global admins keep. Who is the operator's too is kept by the operator alone."""
    people = User.objects.filter(pk__in=Membership.objects.filter(partner_id=partner_id).values("user"))
    return people.exclude(pk__in=OperatorRole.objects.values("user"))


def seniors_of(partner_id: int, number: str) -> list[str]:
    """Who of a company may dispute or give up what it holds by this MPN ID, by name; in one query."""
    reach = Q(mpn_ids=None) | Q(mpn_ids__number=number)
    roles = Membership.objects.filter(reach, partner_id=partner_id, role__in=Power.DISASSOCIATE.value)
    people = team_of(partner_id).filter(is_active=True, pk__in=roles.values("user"))
    return [str(user) for user in people.order_by("name", "email")]


def judges_of(partner_id: int) -> QuerySet[User]:
    """The operator's active reviewers without a conflict with the company, of which they are not themselves."""
    judges = OperatorRole.objects.filter(role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    people = User.objects.filter(pk__in=judges.values("user"), is_active=True)
    barred = Conflict.objects.filter(partner_id=partner_id).values("user")
    return people.exclude(pk__in=barred).exclude(memberships__partner_id=partner_id)


def judging(user: str, partner: str) -> Q:
    """Whether, in a query's row, the person whom the field `user` names may judge the company that `partner` names.

    The same as `judges_of`, asked of many rows at once.
    """
    roles = OperatorRole.objects.filter(role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    able = Exists(roles.filter(user=OuterRef(user), user__is_active=True))
    conflict = Exists(Conflict.objects.filter(user=OuterRef(user), partner=OuterRef(partner)))
    own = Exists(Membership.objects.filter(user=OuterRef(user), partner=OuterRef(partner)))
    return Q(able) & ~Q(conflict) & ~Q(own)


def people_around(partner_ids: Collection[int]) -> dict[int, People]:
    """Everybody around each of several companies, in one query however many they are.

    Reviewers with a conflict, or of the company, are left out.
    """
    judges: dict[int, set[str]] = {}
    barred: set[tuple[int, int]] = set()
    members: dict[int, dict[int, tuple[str, str, set[str]]]] = {partner_id: {} for partner_id in partner_ids}
    for what, company, user_id, email, name, role in sorted(_around(partner_ids), key=lambda row: (row[4], row[3])):
        if what == "judge":
            judges.setdefault(user_id, set()).add(role)
        elif what == "conflict":
            barred.add((company, user_id))
        else:
            members[company].setdefault(user_id, (email, name, set()))[2].add(role)
    leads = frozenset(pk for pk, roles in judges.items() if OperatorRole.Role.LEAD in roles)
    found = {}
    for company, own in members.items():
        admins = {
            pk: (email, name) for pk, (email, name, roles) in own.items() if Membership.Role.GLOBAL_ADMIN in roles
        }
        able = frozenset(pk for pk in judges if pk not in own and (company, pk) not in barred)
        found[company] = People(
            members=frozenset(own),
            admins=frozenset(admins),
            emails=frozenset(email for email, _name, _roles in own.values()),
            global_admins=tuple(f"{name} ({email})" if name else email for email, name in admins.values()),
            reviewers=able,
            leads=able & leads,
        )
    return found


def _around(partner_ids: Collection[int]) -> Iterable[tuple[str, int, int, str, str, str]]:
    """What somebody is (`member`, `judge` or `conflict`), of which company, who, address, name and role."""
    own = Membership.objects.filter(partner_id__in=partner_ids, user__is_active=True)
    roles = OperatorRole.objects.filter(role__in=[OperatorRole.Role.REVIEWER, OperatorRole.Role.LEAD])
    conflicts = Conflict.objects.filter(partner_id__in=partner_ids)
    none, nothing = Value(0, IntegerField()), Value("", CharField())
    return (
        own.order_by()
        .values_list(Value("member", CharField()), "partner_id", "user_id", "user__email", "user__name", "role")
        .union(
            roles.filter(user__is_active=True)
            .order_by()
            .values_list(Value("judge", CharField()), none, "user_id", nothing, nothing, "role"),
            conflicts.order_by().values_list(
                Value("conflict", CharField()), "partner_id", "user_id", nothing, nothing, nothing
            ),
            all=True,
        )
    )


def people_of(partner_id: int) -> People:
    """Everybody around a company's claims, in one query."""
    return people_around([partner_id])[partner_id]


def mpn_names(grants: Iterable[Grant]) -> dict[int, str]:
    """What the MPN IDs are called that these roles are limited to, by their keys. One query; none for none."""
    keys = {key for _role, key in reach_of(grants) if key is not None}
    return {row.pk: str(row) for row in MpnId.objects.filter(pk__in=keys)} if keys else {}


def named(grants: Collection[Grant], names: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """Roles as messages and pages hold them: `role`, and `mpn_ids` by name, or None for all of the company."""
    names = mpn_names(grants) if names is None else names
    return [
        {
            "role": grant.role,
            "mpn_ids": None if grant.mpn_ids is None else sorted(names[key] for key in grant.mpn_ids if key in names),
        }
        for grant in grants
    ]


class Enroller(NamedTuple):
    """Somebody of a company who may enrol: for all its MPN IDs, or for those whose keys `mpn_ids` holds."""

    user_id: int
    name: str
    email: str
    role: str
    mpn_ids: frozenset[int] | None

    def enrolls(self, mpn_id: MpnId) -> bool:
        """Whether it is for this MPN ID of their company, too."""
        return self.mpn_ids is None or mpn_id.pk in self.mpn_ids


def enrollers_of(partner_ids: Collection[int]) -> dict[int, list[Enroller]]:
    """Who may enrol for each of these companies, by name, once for each role; in one query."""
    rows = Membership.objects.filter(partner_id__in=partner_ids, role__in=Power.ENROLL.value, user__is_active=True)
    columns = ("pk", "partner_id", "user_id", "user__name", "user__email", "role", "mpn_ids")
    roles: dict[int, tuple[int, Enroller]] = {}
    for pk, partner_id, user_id, name, email, role, mpn_id in rows.order_by(
        "user__name", "user__email", "pk"
    ).values_list(*columns):
        _partner, held = roles.get(pk, (partner_id, Enroller(user_id, name, email, role, None)))
        chosen = held.mpn_ids if mpn_id is None else (held.mpn_ids or frozenset()) | {mpn_id}
        roles[pk] = (partner_id, held._replace(mpn_ids=chosen))
    found: dict[int, list[Enroller]] = {partner_id: [] for partner_id in partner_ids}
    for partner_id, enroller in roles.values():
        found[partner_id].append(enroller)
    return found


def reach_of_enrollers(enrollers: Iterable[Enroller]) -> set[int]:
    """The keys of the MPN IDs that some of these are limited to."""
    return {key for one in enrollers for key in one.mpn_ids or ()}


def enrollers_for(mpn_ids: Iterable[MpnId]) -> dict[int, list[Enroller]]:
    """Who may enrol each of these MPN IDs, by its key, as `enrollers_of` has them; in one query."""
    ids = list(mpn_ids)
    companies = enrollers_of({mpn_id.partner_id for mpn_id in ids})
    return {mpn_id.pk: [one for one in companies[mpn_id.partner_id] if one.enrolls(mpn_id)] for mpn_id in ids}


def admins() -> frozenset[int]:
    """The operator's active admins."""
    rows = OperatorRole.objects.filter(role=OperatorRole.Role.ADMIN, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))
