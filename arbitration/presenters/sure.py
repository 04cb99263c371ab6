"""What follows from a decision of a case that nobody can undo, for who is about to put it into effect."""

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.drafting import Content
from arbitration.presenters.rows import CaseRows
from arbitration.presenters.table import disputed_on


def agreement(version: int, content: Content) -> str:
    """What somebody may be sure of: just this content, of the case at the version that they saw."""
    return sha256(repr((version, content)).encode()).hexdigest()[:16]


def before_effect(rows: CaseRows, upheld_id: int) -> dict[str, Any]:
    """The question whether to uphold this party, and what follows from it; `rows` as they stand before."""
    upheld = next(party for party in rows.parties if party.partner.pk == upheld_id)
    names = {"upheld": upheld.partner.name, "holder": rows.holder.partner.name if rows.holder else ""}
    if upheld.holding:
        first = _("%(upheld)s goes on holding it.")
    elif rows.holder:
        first = _("%(holder)s loses it, and %(upheld)s becomes partner of record in its place.")
    else:
        first = _("%(upheld)s becomes partner of record.")
    return {
        "title": _("Uphold %(upheld)s?") % names,
        "follows": [first % names, _("Every party reads its letter at once, as it stands here."), _afterwards(rows)],
    }


def _afterwards(rows: CaseRows) -> str:
    if any(disputed_on(line) for party in rows.parties for line in party.lines):
        return _("You cannot undo it, and it is final for all.")
    days = rows.case.policy.dispute_days
    words = ngettext(
        "You cannot undo it. A party that is not upheld may dispute it within %(days)s day.",
        "You cannot undo it. A party that is not upheld may dispute it within %(days)s days.",
        days,
    )
    return words % {"days": days}
