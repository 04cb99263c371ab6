"""Which chains of the log somebody means by what they type: a reference, a number, a name, or a word and a number.

It reads of every company, as `audit.py` does and for the same reason.
"""

import re
from collections.abc import Callable, Iterator

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arbitration.audit import at_most
from claims.models import Claim, Evidence, SupportRequest
from claims.search import MISREAD, REFERENCE
from events.models import Chain, Event
from partners.models import Enrollment, MpnId, Partner, Program, User
from partners.programs import LABELS

# What a subject of the log begins with → what people call it.
SUBJECTS: dict[str, str | Promise] = {
    "claim": pgettext_lazy("subject of the log", "claim"),
    "review": pgettext_lazy("subject of the log", "review"),
    "case": pgettext_lazy("subject of the log", "case"),
    "evidence": pgettext_lazy("subject of the log", "document"),
    "person": pgettext_lazy("subject of the log", "person"),
    "audit": pgettext_lazy("subject of the log", "audit"),
    "support": pgettext_lazy("subject of the log", "request to support"),
    "enrollment": pgettext_lazy("subject of the log", "enrolment"),
    "company": pgettext_lazy("subject of the log", "company"),
    "mpn_id": pgettext_lazy("subject of the log", "MPN ID"),
    "program": pgettext_lazy("subject of the log", "programme"),
    "operator": pgettext_lazy("subject of the log", "operator"),
    "calendar": pgettext_lazy("subject of the log", "calendar"),
    "policy": pgettext_lazy("subject of the log", "policy"),
    "sign-in": pgettext_lazy("subject of the log", "sign-in"),
}
# The chains that have no number, as a page calls them.
ALONE: dict[str, str | Promise] = {
    "audit:log": _("The log itself"),
    "operator": _("The operator"),
    "calendar": _("The calendar"),
    "policy": _("The policy"),
    "sign-in": _("Sign-in of nobody known"),
}
LETTER = re.compile(r"[A-Z]{1,2}", re.ASCII | re.IGNORECASE)
DIGEST = re.compile(r"[0-9a-fA-F]{64}")
NUMBERED = re.compile(r"(?P<word>[^\W\d_][^\d:#]*?)[\s:#]*(?P<number>[0-9]{1,18})")
MPN_NUMBER = re.compile(r"(?P<word>[^\d]*?)\s*(?P<number>[0-9]{4,10})(?:\s.*)?")
REQUEST = re.compile(r"SR[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})", re.ASCII | re.IGNORECASE)

Chains = tuple[str, ...]


def subjects_called(text: str) -> Chains:
    """The chains of what somebody names; empty where nothing in the log is called so.

    A claim by its reference, with its review and its documents; one document of it by reference and letter, or by the
    SHA-256 of its content; a company by its name or a part of it, with its MPN IDs and enrolments; an MPN ID by its
    number; programmes and people by name; anything by word and number, such as `case 12`, or by its name in the log.

    Raises:
        TooMany: where more than 50 are called so.
    """
    text = " ".join(text.split())
    return next(filter(None, (way(text) for way in WAYS)), ())


def _by_name_in_log(text: str) -> Chains:
    """What the log itself, or a page, calls so."""
    if not text.isprintable():
        return ()
    alone = [key for key, name in ALONE.items() if text.casefold() in {_word(key.partition(":")[0]), _fold(name)}]
    return tuple(Chain.objects.filter(pk__in=[*alone, text]).order_by("pk").values_list("pk", flat=True))


def _by_reference(text: str) -> Chains:
    whole, _space, letter = text.rpartition(" ")
    if REFERENCE.fullmatch(text):
        return _of_claim(_claim_by(text))
    if REFERENCE.fullmatch(whole) and LETTER.fullmatch(letter):
        return _of_document(_claim_by(whole), letter.upper())
    if asked := REQUEST.fullmatch(text):
        number = f"SR-{asked[1]}-{asked[2]}".upper().translate(MISREAD)
        rows = SupportRequest.objects.filter(number=number).values_list("pk", flat=True)
        return tuple(f"support:{pk}" for pk in rows)
    return ()


def _by_content(text: str) -> Chains:
    if not DIGEST.fullmatch(text):
        return ()
    return tuple(row.subject for row in at_most(Evidence.objects.filter(sha256=text.lower()).order_by("pk")))


def _by_mpn_number(text: str) -> Chains:
    found = MPN_NUMBER.fullmatch(text)
    if found is None or found["word"].casefold() not in {"", _word("mpn_id"), "mpn_id"}:
        return ()
    return tuple(_of_mpn_ids(Q(number=found["number"])))


def _by_number(text: str) -> Chains:
    found = NUMBERED.fullmatch(text)
    if found is None:
        return ()
    word, number = found["word"].casefold(), int(found["number"])
    prefix = next((key for key in SUBJECTS if word in {key, _word(key)}), word)
    if prefix == "claim":
        return tuple(Chain.objects.filter(pk__in=_of_claim(number)).order_by("pk").values_list("pk", flat=True))
    return tuple(Chain.objects.filter(pk=f"{prefix}:{number}").values_list("pk", flat=True))


def _by_name(text: str) -> Chains:
    """Companies, programmes and people of whom this is the name or a part of it."""
    if not text.isprintable() or not text:
        return ()
    companies = at_most(Partner.objects.filter(name__icontains=text).order_by("pk"))
    labelled = [name for name, label in LABELS.items() if text.casefold() in str(label).casefold()]
    by_name = Q(code__iexact=text) | Q(name__icontains=text) | Q(name__in=labelled)
    programs = at_most(Program.objects.filter(by_name).order_by("pk"))
    named = Q(email__iexact=text) if "@" in text else Q(name__icontains=text)
    people = at_most(User.objects.filter(named).order_by("pk"))
    subjects = [row.subject for row in companies] + [row.subject for row in programs] + [row.subject for row in people]
    return (*at_most(subjects), *_of_mpn_ids(Q(partner__in=companies)))


WAYS: tuple[Callable[[str], Chains], ...] = (
    _by_name_in_log,
    _by_reference,
    _by_content,
    _by_mpn_number,
    _by_number,
    _by_name,
)


def _fold(words: str | Promise) -> str:
    return str(words).casefold()


def _word(prefix: str) -> str:
    """What people call such a subject, to compare with."""
    return _fold(SUBJECTS[prefix])


def _of_mpn_ids(which: Q) -> Iterator[str]:
    """The chains of MPN IDs, and of what they are enrolled in."""
    rows = list(MpnId.objects.filter(which).order_by("pk"))
    yield from (row.subject for row in rows)
    yield from (row.subject for row in Enrollment.objects.filter(mpn_id__in=rows).order_by("pk"))


def _claim_by(reference: str) -> int | None:
    found = REFERENCE.fullmatch(reference)
    spelt = "CP-" + "-".join(found.groups()).upper().translate(MISREAD) if found else ""
    return Claim.objects.filter(reference=spelt).values_list("pk", flat=True).first()


def _of_claim(claim_id: int | None) -> Chains:
    """The chains of a claim, those of documents among them that were taken off its draft."""
    if claim_id is None:
        return ()
    own = f"claim:{claim_id}"
    added = Event.objects.filter(subject=own, kind="evidence.added").values_list("data__evidence", flat=True)
    rows = Evidence.objects.filter(claim=claim_id).values_list("pk", flat=True)
    return (own, f"review:{claim_id}", *(f"evidence:{pk}" for pk in sorted({*added, *rows})))


def _of_document(claim_id: int | None, letter: str) -> Chains:
    rows = Evidence.objects.filter(claim=claim_id) if claim_id else Evidence.objects.none()
    return tuple(row.subject for row in rows if row.letter == letter)
