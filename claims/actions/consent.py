"""A customer is asked for their word on what was approved: by whom what was claimed, and until when they may decline.

What they answer, or do not, stands in `claims.actions.customer`. Source: design, section 7.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Exists, OuterRef

from claims.calendars import after_days
from claims.errors import ClaimRefused
from claims.models import Claim, ClaimLine, Consent, Policy
from claims.rules.findings import Finding
from claims.states import LIVE_LINES, ConsentOutcome, LineState
from events.log import Draft, record
from events.outbox import Fate, Letter, fates, post, recall

SALT = "claims.consent"
SEPARATOR = "."  # a colon is no safe end of an address in every mail program
LONGEST_TOKEN = 100
DEFAULT_LANGUAGE = "en"
MOST_A_DAY = 5


def ask_customer(claim: Claim, *, now: datetime) -> None:
    """Asks the customer's contact about what is approved of the claim and was not asked about, once all is decided.

    Contested lines may be open still, if the review is finished: their case may take long. What was asked and became
    void, and is approved again, is asked about anew. Inside the act's transaction, with the claim locked and its lines
    saved; does nothing where there is nothing to ask.
    """
    live = list(claim.lines.filter(state__in=LIVE_LINES).select_related("consent"))
    lines = [line for line in live if line.state == LineState.APPROVED and not _was_asked(line)]
    undecided = any(line.state == LineState.OPEN for line in live)
    if lines and not (undecided and claim.reviewed_at is None):
        ask_about(claim, lines, now=now)


def _was_asked(line: ClaimLine) -> bool:
    return line.consent is not None and line.consent.outcome != ConsentOutcome.VOID


def ask_about(claim: Claim, lines: Collection[ClaimLine], *, now: datetime) -> Consent:
    """Opens a consent for these approved lines of the claim, whatever was asked before, and writes its mail."""
    consent = Consent.objects.create(
        claim=claim,
        contact_name=claim.customer_contact_name,
        contact_email=claim.customer_contact_email,
        language=_language(claim),
        asked_at=now,
        sweep_at=now,
    )
    ids = [line.pk for line in lines]
    ClaimLine.objects.filter(pk__in=ids).update(consent=consent)
    for line in claim.lines.all():  # those that the caller's claim holds, too
        if line.pk in ids:
            line.consent = consent
    told = {"consent": consent.pk, "lines": ids}
    event, *_ = record([Draft(claim.subject, "claim.customer_asked", told)], actor_id=None, now=now)
    consent.mail = post(
        event,
        Letter(
            address=consent.contact_email,
            name=consent.contact_name,
            language=consent.language,
            kind="customer_asked",
            path=link_of(consent),
            values={
                "partner": claim.partner.name,
                "customer": claim.customer_name,
                "products": list(dict.fromkeys(line.product_name for line in lines)),
                "activity": claim.activity,
                "days": (claim.policy or Policy()).consent_days,
            },
        ),
    )
    consent.save(update_fields=["mail"])
    return consent


def renew_consents(claim: Claim, *, now: datetime) -> Consent | None:
    """Asks anew, at the claim's contact as it is by now, about all that waits for the customer; the old links are void.

    Inside the act's transaction, with the claim locked. None where nothing waits.
    """
    waiting = waiting_consents(claim, now=now)
    lines = list(ClaimLine.objects.filter(consent__in=waiting, state=LineState.APPROVED).order_by("position"))
    _void(waiting, now=now)
    return ask_about(claim, lines, now=now) if lines else None


def limit_letters(claim: Claim, *, now: datetime) -> None:
    """Lets another letter about the claim be written: whoever changes the contact again and again writes to strangers.

    At most `MOST_A_DAY` in 24 hours, the one after its approval among them.

    Raises:
        ClaimRefused: `contact_changed_often`.
    """
    if Consent.objects.filter(claim=claim, asked_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ClaimRefused([Finding("contact_changed_often", "customer_contact.email", {"limit": str(MOST_A_DAY)})])


def waiting_consents(claim: Claim, *, now: datetime) -> list[Consent]:
    """What the customer can still answer, locked; not what is over, whether a sweep has come by or not."""
    rows = Consent.objects.select_for_update(no_key=True, of=("self",)).select_related("claim__policy")
    waiting = rows.filter(claim=claim, outcome="").order_by("pk")
    return [consent for consent in waiting if not window_of(consent).is_over(now)]


def void_consents(lines: Collection[ClaimLine], *, now: datetime) -> None:
    """Ends what a customer is asked about these lines, which ended otherwise, where nothing of it is approved any more.

    Inside the act's transaction, with the lines saved.
    """
    ids = {line.consent_id for line in lines if line.consent_id}
    if ids:
        held = ClaimLine.objects.filter(consent=OuterRef("pk"), state=LineState.APPROVED)
        waiting = Consent.objects.select_for_update(no_key=True).filter(pk__in=ids, outcome="")
        _void(list(waiting.exclude(Exists(held)).order_by("pk")), now=now)


def _void(consents: Collection[Consent], *, now: datetime) -> None:
    ids = [consent.pk for consent in consents]
    Consent.objects.filter(pk__in=ids).update(outcome=ConsentOutcome.VOID, outcome_at=now, sweep_at=None)
    recall([consent.mail for consent in consents])


def link_of(consent: Consent) -> str:
    """The address of the customer's page; whoever has it may decline."""
    return f"/customer/{_signer().sign(consent.key)}/"


def consent_by(token: str) -> Consent | None:
    """The consent that a link names; None for one that we never wrote, or whose reader was erased."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        key = _signer().unsign(token)
    except signing.BadSignature:
        return None
    found = Consent.objects.select_related("claim__partner", "claim__policy").filter(key=key)
    return found.exclude(contact_email="").first()


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=SEPARATOR)


def _language(claim: Claim) -> str:
    sender = claim.submitted_by.language if claim.submitted_by else DEFAULT_LANGUAGE
    return claim.customer_contact_language or sender


@dataclass(frozen=True)
class Window:
    """When a customer may decline: from the mail's acceptance to `ends_at`; both None as long as it has not left.

    `bounced_at` says that it came back in that time: the clock stands still.
    """

    sent_at: datetime | None = None
    ends_at: datetime | None = None
    bounced_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether the time has run out, whether a sweep has come by or not."""
        return self.bounced_at is None and self.ends_at is not None and now >= self.ends_at


def window_of(consent: Consent) -> Window:
    """The window as it is by now, noticed by a sweep or not. One query for one that waits."""
    if consent.outcome or consent.bounced_at:
        return Window(consent.sent_at, consent.ends_at, consent.bounced_at)
    return _window(consent, fates([consent.mail]).get(consent.mail))


def _window(consent: Consent, fate: Fate | None) -> Window:
    if fate is None:
        return Window(consent.sent_at, consent.ends_at)
    ends_at = consent.ends_at or (end_of(fate.sent_at, consent.claim.policy or Policy()) if fate.sent_at else None)
    bounced_at = fate.bounced_at or fate.parked_at
    in_time = bounced_at is not None and (ends_at is None or bounced_at < ends_at)
    return Window(consent.sent_at or fate.sent_at, ends_at, bounced_at if in_time else None)


def end_of(sent_at: datetime, policy: Policy) -> datetime:
    """When the time to decline is over, for a mail that was accepted at `sent_at`."""
    return after_days(sent_at, policy.consent_days)
