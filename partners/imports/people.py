"""Writes the people of a file of partners and their roles, and keeps each partner's last admin."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused
from events.log import Draft
from partners.actions.access import withdraw_sent_by
from partners.actions.grants import GlobalAdmins, global_admins_of
from partners.actions.invitations import OPERATOR
from partners.imports.content import PartnersFile, PersonEntry
from partners.imports.report import Report
from partners.imports.rows import delete_rows, rows_by, take_over
from partners.models import Membership, OperatorRole, Partner, User


@dataclass
class Moved:
    """A person whose roles an import changed."""

    user_id: int
    given: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    @property
    def said(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {"given": sorted(self.given), "taken": sorted(self.taken)}


def write_people(content: PartnersFile, partners: dict[str, Partner], report: Report, *, now: datetime) -> None:
    """Writes the people that the file names, and their roles; the partners are locked.

    Raises:
        ImportRefused: for a person of another partner, or of both sides; for a partner that would lose its last admin.
    """
    members = [(person, partners[partner.name]) for partner in content.partners for person in partner.people]
    users = _write_users([*(person for person, _partner in members), *content.reviewers], report)
    _refuse_both_sides([person for person, _partner in members], content.reviewers, users)
    theirs = {users[person.email].pk: (person, partner) for person, partner in members}
    memberships = rows_by(Membership.objects.order_by("pk"), "user", theirs)
    for row in memberships:
        person, partner = theirs[row.user_id]
        if row.partner_id != partner.pk:
            problem = _("%(email)s belongs to another partner. Use another address: a person belongs to one company.")
            raise ImportRefused(f"{person.path}.email", problem % {"email": person.email})
    before = global_admins_of([partner.pk for partner in partners.values()])
    moved = _write_roles(
        {key: person for key, (person, _partner) in theirs.items()},
        memberships,
        lambda user_id, role: Membership(user_id=user_id, partner=theirs[user_id][1], role=role),
        lambda what, number: report.count("role", what, number),
    )
    _require_admins(content, partners, before)
    by_key = {user.pk: user for user in users.values()}
    for one in moved:
        partner = theirs[one.user_id][1]
        if Membership.Role.GLOBAL_ADMIN in one.taken:  # who is admin no more has asked nobody in
            report.drafts += withdraw_sent_by(by_key[one.user_id], now=now)
        report.drafts += [
            Draft(by_key[one.user_id].subject, "person.roles_imported", {"company": partner.pk, **one.said}),
            Draft(partner.subject, "team.roles_imported", {"person": one.user_id, **one.said}),
        ]
    reviewers = {users[person.email].pk: person for person in content.reviewers}
    for one in _write_roles(
        reviewers,
        rows_by(OperatorRole.objects.order_by("pk"), "user", reviewers),
        lambda user_id, role: OperatorRole(user_id=user_id, role=role),
        lambda what, number: report.count("operator_role", what, number),
    ):
        report.drafts += [
            Draft(by_key[one.user_id].subject, "person.roles_imported", {"company": None, **one.said}),
            Draft(OPERATOR, "operator.roles_imported", {"person": one.user_id, **one.said}),
        ]


def _require_admins(content: PartnersFile, partners: dict[str, Partner], before: GlobalAdmins) -> None:
    """Lets pass what leaves each partner that had a global admin with one; for all of it, where it had such a one.

    The operator's admins need no such care: a file gives and takes its reviewers and leads alone.

    Raises:
        ImportRefused: for the first that would be left without.
    """
    after = global_admins_of([partner.pk for partner in partners.values()])
    for entry in content.partners:
        key = partners[entry.name].pk
        (had_for_all, had), (has_for_all, has) = before[key], after[key]
        if (had and not has) or (had_for_all and not has_for_all):
            problem = _("leaves %(name)s without a global admin for all of it. Keep one, or make somebody else one.")
            raise ImportRefused(f"{entry.path}.users", problem % {"name": entry.name})


def _refuse_both_sides(
    members: Iterable[PersonEntry], reviewers: Iterable[PersonEntry], users: dict[str, User]
) -> None:
    """Nobody works for a company and for the operator, which judges it."""
    for entries, others, problem in (
        (
            members,
            OperatorRole,
            _("%(email)s works for the operator. Use another address, or dismiss them there first."),
        ),
        (reviewers, Membership, _("%(email)s belongs to a partner. Use another address, or remove them there first.")),
    ):
        people = {users[entry.email].pk: entry for entry in entries}
        for row in rows_by(others._default_manager.order_by("pk"), "user", people):
            entry = people[row.user_id]
            raise ImportRefused(f"{entry.path}.email", problem % {"email": entry.email})


def _write_users(entries: list[PersonEntry], report: Report) -> dict[str, User]:
    rows = User.objects.annotate(address=Lower("email"))
    found = {row.address: row for row in rows_by(rows, "address", [entry.email for entry in entries])}
    new, changed, fields = [], [], {}
    for entry in entries:
        row = found.get(entry.email)
        if row is None:
            row = found[entry.email] = User(email=entry.email, password=make_password(None))
            new.append(row)
        fields[entry.email] = take_over(row, {"name": entry.name, "language": entry.language})
        if fields[entry.email] and row.pk:
            changed.append(row)
    User.objects.bulk_create(new)
    User.objects.bulk_update(changed, ["name", "language"], batch_size=500)
    report.count("person", "added", len(new))
    report.count("person", "changed", len(changed))
    report.drafts += [
        Draft(row.subject, "person.imported", {"new": is_new, "fields": fields[row.email.lower()]})
        for rows, is_new in ((new, True), (changed, False))
        for row in rows
    ]
    return found


def _write_roles(
    people: dict[int, PersonEntry],
    standing: list[Any],
    make: Callable[[int, str], Any],
    count: Callable[[str, int], None],
) -> list[Moved]:
    """Adds roles a person should have and lacks, removes those they should not have; the others keep their MPN IDs.

    Returns whose roles changed, in the order of the file.
    """
    there = {(row.user_id, row.role) for row in standing}
    gone = [row for row in standing if row.role in people[row.user_id].not_roles]
    new = [
        make(user_id, role)
        for user_id, person in people.items()
        for role in sorted(person.roles)
        if (user_id, role) not in there
    ]
    moved = {key: Moved(key) for key in people}
    for row in new:
        moved[row.user_id].given.append(str(row.role))
    for row in gone:
        moved[row.user_id].taken.append(str(row.role))
    if gone:
        delete_rows(type(gone[0]), [row.pk for row in gone])
    if new:
        type(new[0])._default_manager.bulk_create(new)
    count("added", len(new))
    count("removed", len(gone))
    return [one for one in moved.values() if one.given or one.taken]
