"""The customer's word, in words: on the page that a link opens, and on the pages of who waits for it."""

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims import dates
from claims.actions.consent import Window
from claims.calendars import last_date, today_of
from claims.models import Claim, Consent
from claims.states import ClaimState, ConsentOutcome, LineState
from directory.activities import Activity

WAITING, DECLINED, OVER = "waiting", "declined", "over"


def _last(ends_at: datetime | None) -> date | None:
    """The last day of a window."""
    return last_date(ends_at) if ends_at else None


def what_it_did(activity: str) -> str:
    """An activity, to somebody who has never heard of any."""
    words = {
        Activity.PRESALES: _("Helped your company to choose and buy it"),
        Activity.USAGE: _("Helped your people to use it"),
        Activity.REVENUE_ASSOCIATION: _("Advised your company when it chose it"),
    }
    return words.get(Activity(activity), "") if activity in Activity.values else ""


def what_it_sees(products: int) -> list[str]:
    """What a partner of record of so many products learns of its customer."""
    return [
        ngettext("How much this product is used", "How much these products are used", products),
        _("How many licences you own and use"),
        ngettext("When the subscription ends", "When the subscriptions end", products),
    ]


def what_it_never_sees() -> list[str]:
    """What it does not learn."""
    return [_("Your people's names, mail or files"), _("Anything of other products"), _("Your passwords or settings")]


def letter(consent: Consent, window: Window, now: datetime) -> dict[str, Any]:
    """All that the customer's page says: nothing of the claim but who asked, for what, and until when."""
    claim = consent.claim
    lines = list(consent.lines.all())
    held = [line for line in lines if line.state == LineState.APPROVED]
    stage = WAITING if consent.waits and not window.is_over(now) else OVER
    stage = DECLINED if consent.outcome == ConsentOutcome.DECLINED else stage
    until = _last(window.ends_at) if window.bounced_at is None else None
    products = list(dict.fromkeys(line.product_name for line in (held if stage == WAITING else lines)))
    return {
        "stage": stage,
        "partner": claim.partner.name,
        "customer": claim.customer_name,
        "contact": consent.contact_name,
        "address": consent.contact_email,
        "reference": claim.reference,
        "products": products,
        "did": what_it_did(claim.activity),
        "sees": what_it_sees(len(products)),
        "paid": claim.activity != Activity.REVENUE_ASSOCIATION,
        "never": what_it_never_sees(),
        "until": until,
        "until_words": dates.day_with_year(until) if until else "",
        "month": date_format(until, pgettext("date format", "M")) if until else "",
        "weekday": date_format(until, "l") if until else "",
        "declined_on": dates.day_with_year(today_of(consent.outcome_at)) if consent.outcome_at else "",
        "since": dates.day_with_year(today_of(window.ends_at)) if window.ends_at else "",
        "ended": stage == OVER and not held,
        "question": "?" + urlencode({"subject": claim.reference}),
    }


def state_of(consent: Consent) -> str:
    """Where it stands, as programs read it: waiting, unreachable, confirmed or declined; empty for one that is void."""
    if consent.outcome:
        return "" if consent.outcome == ConsentOutcome.VOID else str(consent.outcome)
    return "unreachable" if consent.bounced_at else "waiting"


def newest(claim: Claim) -> Consent | None:
    """What its customer was asked last, as far as it is not void. One query, unless they were read with the claim."""
    asked = [consent for consent in claim.asked if consent.outcome != ConsentOutcome.VOID]
    return max(asked, key=lambda consent: consent.pk, default=None)


def consent_json(claim: Claim) -> dict[str, Any] | None:
    """The newest consent, for the claim's JSON: its state, and the last day of its window or of the partner's time."""
    consent = newest(claim)
    if consent is None:
        return None
    until = _last(consent.contact_due_at if consent.bounced_at else consent.ends_at)
    return {"state": state_of(consent), "until": until.isoformat() if until else None}


def customers_word(claim: Claim, verbs: list[str], *, operator_side: bool) -> dict[str, Any] | None:
    """What the claim's page says of its customer: one sentence, and what the partner can do; None before it is asked.

    A customer's own words are for the operator's people.
    """
    consent = newest(claim)
    if consent is None:
        return None
    name, state = consent.contact_name or _("The customer"), state_of(consent)
    until = _last(consent.contact_due_at if consent.bounced_at else consent.ends_at)
    sentences = {
        "waiting": _waiting(name, until),
        "unreachable": _unreachable(name, until, operator_side=operator_side),
        "confirmed": _("%(name)s has not declined in time: it is confirmed.") % {"name": name},
        "declined": _("%(name)s has declined.") % {"name": name},
    }
    return {
        "state": state,
        "sentence": sentences[state],
        "may_correct": "correct_contact" in verbs,
        "words": consent.words if operator_side else "",
    }


def _waiting(name: str, until: date | None) -> str:
    if until is None:
        return _("%(name)s is being asked by mail.") % {"name": name}
    values = {"name": name, "day": dates.day_long(until)}
    return _("%(name)s is asked; unless they decline by the end of %(day)s it is confirmed.") % values


def _unreachable(name: str, until: date | None, *, operator_side: bool) -> str:
    values = {"name": name, "day": dates.day_long(until) if until else ""}
    if operator_side:
        return (
            _("Our mail to %(name)s came back. The partner is asked for another contact by the end of %(day)s.")
            % values
        )
    return _("Our mail to %(name)s came back. Name a contact who can be reached by the end of %(day)s.") % values


def with_customers_turn(turn: dict[str, Any], claim: Claim, *, operator_side: bool) -> dict[str, Any]:
    """Whose turn it is on a claim that is decided and waits for its customer; `turn` as it is on any other."""
    consent = newest(claim)
    if consent is None or not consent.waits or claim.state != ClaimState.APPROVED:
        return turn
    if consent.bounced_at:
        until = _last(consent.contact_due_at)
        sentence = _unreachable(consent.contact_name, until, operator_side=operator_side)
        return {**turn, "whose": "partner", "before": sentence}
    # What was refused is said below, with what can be done about it.
    refused = any(line.state == LineState.REJECTED for line in claim.lines.all())
    nothing = "" if operator_side or refused else " " + pgettext("of a partner", "You need do nothing.")
    return {**turn, "whose": "customer", "before": _waiting(consent.contact_name, _last(consent.ends_at)) + nothing}
