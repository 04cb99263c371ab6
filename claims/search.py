"""Which claims a list shows: filters as an address carries them, one search box, pages of newest first."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from claims.intake import INVISIBLE
from claims.models import ClaimLine
from claims.models.claim import ClaimQuerySet
from claims.states import DECIDED_CLAIMS, WITH_OPERATOR, ClaimState
from directory.activities import OFFERED
from partners.roles import standing_of

if TYPE_CHECKING:
    from partners.models import User

LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
LONGEST_TERM = 120
MOST_WORDS = 6
GUID_GROUPS = (8, 12, 16, 20, 32)  # where each group of a GUID ends, hyphens not counted
REFERENCE = re.compile(r"CP[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})", re.ASCII | re.IGNORECASE)
# The alphabet of references has no I, L, O: who reads one on paper may type them.
MISREAD = str.maketrans("ILO", "110")

# What people look for → the states it means.
GROUPS: dict[str, frozenset[ClaimState]] = {
    "drafts": frozenset({ClaimState.EDITING}),
    "operator": WITH_OPERATOR,
    "you": frozenset({ClaimState.ACTION_REQUIRED}),
    "decided": DECIDED_CLAIMS,
    "withdrawn": frozenset({ClaimState.WITHDRAWN}),
}
# Solution areas, each followed by its activities, as `area` and `area/activity`.
WORKS = tuple(
    work
    for area, activities in OFFERED.items()
    for work in (str(area), *(f"{area}/{activity}" for activity in activities))
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means not at all. `show` is of GROUPS, `work` of WORKS."""

    show: str = ""
    work: str = ""
    product: str = ""
    mpn: str = ""
    mine: str = ""
    q: str = ""

    @property
    def active(self) -> bool:
        """Whether the list is narrowed."""
        return self != Filters()

    def query(self, **changes: str) -> str:
        """The query string of the list with these filters, and with what `changes` adds or takes away."""
        values = {**vars(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


def read_filters(parameters: Mapping[str, str], *, products: Collection[str]) -> Filters:
    """The filters that an address names. What is none of its values is ignored, whatever it is.

    `products` are the codes that may be asked for.
    """
    show, work, product = (parameters.get(name, "") for name in ("show", "work", "product"))
    mpn = parameters.get("mpn", "").strip()
    return Filters(
        show=show if show in GROUPS else "",
        work=work if work in WORKS else "",
        product=product if product in products else "",
        mpn=mpn if mpn.isascii() and mpn.isdecimal() and len(mpn) <= 16 else "",
        mine="1" if parameters.get("mine") == "1" else "",
        q=plain(parameters.get("q", "")),
    )


def plain(text: str) -> str:
    """One line of what can be looked for: composed, without control or invisible characters, 120 at most."""
    composed = unicodedata.normalize("NFC", text[: 10 * LONGEST_TERM].translate(INVISIBLE))
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in composed)
    return " ".join(kept.split())[:LONGEST_TERM].rstrip()


def narrowed(claims: ClaimQuerySet, filters: Filters, user: "User") -> ClaimQuerySet:
    """The claims that pass all filters; `user` is of the company they belong to."""
    if filters.show:
        claims = claims.filter(state__in=GROUPS[filters.show])
    if filters.work:
        claims = of_work(claims, filters.work)
    if filters.product:
        claims = claims.filter(Exists(_lines_of(user).filter(product=filters.product)))
    if filters.mpn:
        claims = claims.filter(mpn_id=filters.mpn)
    if filters.mine:
        claims = claims.filter(Q(created_by=user) | Q(submitted_by=user))
    return matching(claims, filters.q, user) if filters.q else claims


def of_work(claims: ClaimQuerySet, work: str) -> ClaimQuerySet:
    """The claims of a solution area, or of one of its activities; `work` is of WORKS."""
    area, _, activity = work.partition("/")
    return claims.filter(solution_area=area, **({"activity": activity} if activity else {}))


def _lines_of(user: "User") -> QuerySet[ClaimLine]:
    """The lines of a claim. Naming a partner's company keeps the database from reading those of all others."""
    lines, standing = ClaimLine.objects.filter(claim=OuterRef("pk")), standing_of(user)
    return lines if standing.is_operator else lines.filter(partner_id=standing.partner_id or 0)


def matching(claims: ClaimQuerySet, text: str, user: "User") -> ClaimQuerySet:
    """The claims in which each word of `text` stands: in name, customer, domain, MPN ID, reference or a typed GUID.

    The operator's people find a company by its name too. A whole reference is found by its index alone; else the
    claims at hand are read one by one.
    """
    whole = REFERENCE.fullmatch(text)
    if whole:
        return claims.filter(reference="CP-" + "-".join(whole.groups()).upper().translate(MISREAD))
    # The last word takes the rest: nothing that was typed goes unlooked for.
    for word in text.split(maxsplit=MOST_WORDS - 1):
        claims = claims.filter(_anywhere(word, user))
    return claims


def _anywhere(word: str, user: "User") -> Q:
    found = Q()
    for spelt in _spellings(word):
        found |= Q(name__icontains=spelt) | Q(customer_name__icontains=spelt) | Q(domain__icontains=spelt)
        if standing_of(user).is_operator:
            found |= Q(partner__name__icontains=spelt)
    if word.isascii() and word.isdecimal():
        found |= Q(mpn_id__startswith=word)
    if part := _part_of_reference(word):
        found |= Q(reference__contains=part)
    if prefix := _start_of_guid(word):
        # As typed: what a product's subscription turned out to be is not for finding out here.
        typed = _lines_of(user).filter(subscription_id__istartswith=prefix)
        found |= Q(tenant_id__istartswith=prefix) | Q(Exists(typed))
    return found


def _spellings(word: str) -> list[str]:
    """The word, and where it has more than ASCII its other cases: SQLite compares no other letters without case."""
    return [word] if word.isascii() else list(dict.fromkeys([word, word.lower(), word.upper(), word.title()]))


def _part_of_reference(word: str) -> str:
    """How a reference of which this is the beginning, or one half, holds it; empty where it can be none."""
    symbols = word.upper().replace("-", "")
    begins = symbols.startswith("CP") and len(symbols) > 2
    symbols = symbols[2:] if begins else symbols
    if not (symbols.isascii() and symbols.isalnum()) or not (begins or len(symbols) > 2) or len(symbols) > 8:
        return ""
    symbols = symbols.translate(MISREAD)
    halves = f"-{symbols[:4]}-{symbols[4:]}" if len(symbols) > 4 else f"-{symbols}"
    return f"CP{halves}" if begins else halves


def _start_of_guid(word: str) -> str:
    """The beginning of a GUID with its hyphens in place, from four digits on; empty where it can be none."""
    digits = word.strip("{}").replace("-", "").lower()
    if not 4 <= len(digits) <= 32 or not set(digits) <= set("0123456789abcdef"):
        return ""
    starts = (0, *GUID_GROUPS)
    groups = [digits[start:end] for start, end in zip(starts, GUID_GROUPS, strict=False)]
    return "-".join(group for group in groups if group)


def after(claims: ClaimQuerySet, reference: str) -> ClaimQuerySet:
    """Claims that come after the one named, newest first; all of them where it is not among those to be seen.

    The two conditions let the database walk its index; either alone would not say where to begin. The one named need
    not pass the filters any more, so they come after this.
    """
    if not reference or not reference.isprintable():  # PostgreSQL refuses to look for a NUL
        return claims
    last = claims.filter(reference=reference)
    at = Coalesce(Subquery(last.values("created_at")), Value(LAST_INSTANT))
    return claims.filter(Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=Subquery(last.values("pk")))))
