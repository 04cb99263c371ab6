"""Writes what a file of partners says: one transaction, and only where it differs from what stands."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.imports.refusal import ImportRefused
from partners.imports.content import MpnEntry, PartnersFile, PersonEntry, read_content
from partners.imports.enrolling import write_periods
from partners.imports.rows import rows_by
from partners.models import Membership, MpnId, OperatorRole, Partner, Program, User


class Report:
    """What an import changed, as counts of (noun, `added` | `changed` | `removed`)."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def count(self, noun: str, what: str, number: int) -> None:
        """Adds to one count; the noun is one of those in `_counted`."""
        self.counts[noun, what] += number

    def __str__(self) -> str:
        """`2 partners added, 1 MPN ID changed.`, or that nothing changed."""
        words = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
        parts = [
            f"{text} {words[what]}"
            for noun in ("partner", "mpn_id", "period", "person", "role", "operator_role")
            for what in words
            if (text := _counted(noun, self.counts[noun, what]))
        ]
        return f"{', '.join(parts)}." if parts else _("Nothing changed: everything is as the file says.")


def _counted(noun: str, number: int) -> str:
    texts = {
        "partner": ngettext("%(number)d partner", "%(number)d partners", number),
        "mpn_id": ngettext("%(number)d MPN ID", "%(number)d MPN IDs", number),
        "period": ngettext("%(number)d enrolment period", "%(number)d enrolment periods", number),
        "person": ngettext("%(number)d person", "%(number)d people", number),
        "role": ngettext("%(number)d role", "%(number)d roles", number),
        "operator_role": ngettext("%(number)d operator role", "%(number)d operator roles", number),
    }
    return texts[noun] % {"number": number} if number else ""


def import_partners(raw: bytes, *, now: datetime) -> Report:
    """Writes what the file says, or nothing.

    Adds and updates; takes away only roles of a person it names and days of a programme it names for an MPN ID.

    Raises:
        ImportRefused: for a file that is not as its format says, or that contradicts what stands: an MPN ID or a person
            of another partner, or somebody of both sides.
    """
    content = read_content(raw, programs=Program.objects.values_list("code", flat=True))
    report = Report()
    with transaction.atomic():
        # Imports queue at the programmes: two that name the same new company meet one after the other.
        programs = {row.code: row for row in Program.objects.select_for_update(no_key=True).order_by("code")}
        partners = _write_partners(content, report)
        ids = _write_mpn_ids(content, partners, report)
        added, gone = write_periods(content, ids, programs, now=now)
        report.count("period", "added", added)
        report.count("period", "removed", gone)
        _write_people(content, partners, report)
    return report


def _write_partners(content: PartnersFile, report: Report) -> dict[str, Partner]:
    names = [entry.name for entry in content.partners]
    # Locked: whoever keeps the team of one of them waits, and looks again.
    rows = Partner.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.name: row for row in rows_by(rows, "name", names)}
    new = Partner.objects.bulk_create(Partner(name=name) for name in names if name not in found)
    report.count("partner", "added", len(new))
    return found | {row.name: row for row in new}


def _write_mpn_ids(content: PartnersFile, partners: dict[str, Partner], report: Report) -> dict[str, MpnId]:
    entries = [(entry, partners[partner.name]) for partner in content.partners for entry in partner.mpn_ids]
    found = {
        row.number: row for row in rows_by(MpnId.objects.all(), "number", [entry.number for entry, _partner in entries])
    }
    new, changed = [], []
    for entry, partner in entries:
        row = found.get(entry.number)
        if row is None:
            row = found[entry.number] = MpnId(number=entry.number, partner=partner)
            new.append(row)
        elif row.partner_id != partner.pk:
            problem = _("%(number)s belongs to another partner. Check the number, or ask support to move it.")
            raise ImportRefused(f"{entry.path}.mpnId", problem % {"number": entry.number})
        if _differs(row, _said_of(entry)) and row.pk:
            changed.append(row)
    MpnId.objects.bulk_create(new)
    MpnId.objects.bulk_update(changed, ["kind", "name", "country", "partner_types"], batch_size=500)
    report.count("mpn_id", "added", len(new))
    report.count("mpn_id", "changed", len(changed))
    return found


def _said_of(entry: MpnEntry) -> dict[str, Any]:
    return {"kind": entry.kind, "name": entry.name, "country": entry.country, "partner_types": entry.partner_types}


def _differs(row: models.Model, said: dict[str, Any]) -> bool:
    """Takes over what the file says (None: it does not), and tells whether that changed the row."""
    different = {name: value for name, value in said.items() if value is not None and getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _write_people(content: PartnersFile, partners: dict[str, Partner], report: Report) -> None:
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
    _write_roles(
        {key: person for key, (person, _partner) in theirs.items()},
        memberships,
        lambda user_id, role: Membership(user_id=user_id, partner=theirs[user_id][1], role=role),
        lambda what, number: report.count("role", what, number),
    )
    reviewers = {users[person.email].pk: person for person in content.reviewers}
    _write_roles(
        reviewers,
        rows_by(OperatorRole.objects.order_by("pk"), "user", reviewers),
        lambda user_id, role: OperatorRole(user_id=user_id, role=role),
        lambda what, number: report.count("operator_role", what, number),
    )


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
    new, changed = [], []
    for entry in entries:
        row = found.get(entry.email)
        if row is None:
            row = found[entry.email] = User(email=entry.email, password=make_password(None))
            new.append(row)
        if _differs(row, {"name": entry.name, "language": entry.language}) and row.pk:
            changed.append(row)
    User.objects.bulk_create(new)
    User.objects.bulk_update(changed, ["name", "language"], batch_size=500)
    report.count("person", "added", len(new))
    report.count("person", "changed", len(changed))
    return found


def _write_roles(
    people: dict[int, PersonEntry],
    standing: list[Any],
    make: Callable[[int, str], Any],
    count: Callable[[str, int], None],
) -> None:
    """Adds roles a person should have and lacks, removes those they should not have; the others keep their MPN IDs."""
    there = {(row.user_id, row.role) for row in standing}
    gone = [row for row in standing if row.role in people[row.user_id].not_roles]
    new = [
        make(user_id, role)
        for user_id, person in people.items()
        for role in sorted(person.roles)
        if (user_id, role) not in there
    ]
    for row in gone:
        row.delete()
    if new:
        type(new[0])._default_manager.bulk_create(new)
    count("added", len(new))
    count("removed", len(gone))
