"""Writes what a file of partners says: one transaction, and only where it differs from what stands."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused
from events.log import Draft
from partners.actions.lock import lock_roles
from partners.imports.content import MpnEntry, PartnersFile, read_content
from partners.imports.enrolling import write_periods
from partners.imports.people import write_people
from partners.imports.report import Report
from partners.imports.rows import rows_by, take_over
from partners.models import MpnId, Partner, Program


def import_partners(raw: bytes, *, now: datetime) -> Report:
    """Writes what the file says, or nothing.

    Adds and updates; takes away only roles of a person it names and days of a programme it names for an MPN ID.

    Each thing that it changes has an event of it, as nobody's act.

    Raises:
        ImportRefused: for a file that is not as its format says, or that contradicts what stands: an MPN ID or a person
            of another partner, or somebody of both sides; or that leaves a partner without its last global admin.
    """
    content = read_content(raw, programs=Program.objects.values_list("code", flat=True))
    report = Report()
    with transaction.atomic():
        lock_roles()  # before companies, as admins do
        # Imports queue at the programmes: two that name the same new company meet one after the other.
        programs = {row.code: row for row in Program.objects.select_for_update(no_key=True).order_by("code")}
        partners = _write_partners(content, report)
        ids = _write_mpn_ids(content, partners, report)
        write_periods(content, ids, programs, report, now=now)
        write_people(content, partners, report, now=now)
        report.write(now=now)
    return report


def _write_partners(content: PartnersFile, report: Report) -> dict[str, Partner]:
    names = [entry.name for entry in content.partners]
    # Locked: whoever keeps the team of one of them waits, and looks again.
    rows = Partner.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.name: row for row in rows_by(rows, "name", names)}
    new = Partner.objects.bulk_create(Partner(name=name) for name in names if name not in found)
    report.count("partner", "added", len(new))
    report.drafts += [Draft(row.subject, "company.imported") for row in new]
    return found | {row.name: row for row in new}


def _write_mpn_ids(content: PartnersFile, partners: dict[str, Partner], report: Report) -> dict[str, MpnId]:
    entries = [(entry, partners[partner.name]) for partner in content.partners for entry in partner.mpn_ids]
    found = {
        row.number: row for row in rows_by(MpnId.objects.all(), "number", [entry.number for entry, _partner in entries])
    }
    new, changed, fields = [], [], {}
    for entry, partner in entries:
        row = found.get(entry.number)
        if row is None:
            row = found[entry.number] = MpnId(number=entry.number, partner=partner)
            new.append(row)
        elif row.partner_id != partner.pk:
            problem = _("%(number)s belongs to another partner. Check the number, or ask support to move it.")
            raise ImportRefused(f"{entry.path}.mpnId", problem % {"number": entry.number})
        fields[entry.number] = take_over(row, _said_of(entry))
        if fields[entry.number] and row.pk:
            changed.append(row)
    MpnId.objects.bulk_create(new)
    MpnId.objects.bulk_update(changed, ["kind", "name", "country", "partner_types"], batch_size=500)
    report.count("mpn_id", "added", len(new))
    report.count("mpn_id", "changed", len(changed))
    report.drafts += [
        Draft(row.subject, "mpn_id.imported", {"new": is_new, "fields": fields[row.number]})
        for rows, is_new in ((new, True), (changed, False))
        for row in rows
    ]
    return found


def _said_of(entry: MpnEntry) -> dict[str, Any]:
    return {"kind": entry.kind, "name": entry.name, "country": entry.country, "partner_types": entry.partner_types}
