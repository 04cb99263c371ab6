"""What an import did: counts for whoever ran it, and events for the log."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.log import Draft, record

BATCH = 2000


class Report:
    """What an import changed, as counts of (noun, `added` | `changed` | `removed`), and as drafts of its events."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.drafts: list[Draft] = []

    def count(self, noun: str, what: str, number: int) -> None:
        """Adds to one count; the noun is one of those in `_counted`."""
        self.counts[noun, what] += number

    def write(self, *, now: datetime) -> None:
        """Writes the events, as nobody's act, inside the import's transaction, after its other locks.

        In few statements, each as long as a database takes; subjects are locked in one order across them.
        """
        drafts = sorted(self.drafts, key=lambda draft: draft.subject)
        for start in range(0, len(drafts), BATCH):
            record(drafts[start:][:BATCH], actor_id=None, now=now)

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
