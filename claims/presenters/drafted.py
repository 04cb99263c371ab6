"""What a reviewer's desk drafts for the partner: of a product, each requirement that is not met."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from claims.models import ClaimLine
from claims.requirements import MENDED_BY, REFUSED_FOR, Requirement


def in_their_language(line: ClaimLine) -> AbstractContextManager[None]:
    """What is drafted inside is in the language of who sent the claim: they will read it, not the reviewer."""
    sender = line.claim.submitted_by
    return translation.override(sender.language if sender else settings.LANGUAGES[0][0])


def drafted_words(product: str, unmet: Sequence[Mapping[str, Any]], *, months: int) -> str:
    """What the partner would read of a product: each requirement that is not met, and what would mend it."""
    if not unmet:
        return ""
    parts = [_("%(product)s:") % {"product": product}]
    for check in unmet:
        requirement = Requirement(check["name"])
        places = ", ".join(f"{cite['letter']} {cite['words']}".strip() for cite in check["cites"])
        values = {
            "what": check["label"],
            "where": f" ({places})" if places else "",
            "why": str(REFUSED_FOR.get(requirement, _("the proof is not of this claim"))),
            "mend": str(MENDED_BY[requirement]) % {"months": months},
        }
        parts.append(_("%(what)s%(where)s: %(why)s. What would mend it: %(mend)s.") % values)
    return "\n\n".join(parts)


def unnamed(words: str, unmet: Sequence[Requirement], line: ClaimLine) -> str:
    """Which of these requirements a reviewer's own words do not call by their names, for the reviewer."""
    with in_their_language(line):
        silent = [one for one in unmet if str(one.label).lower() not in words.lower()]
    return ", ".join(str(one.label) for one in silent)
