"""The customer is asked about what was approved: it declines by its link, confirms by silence; a lost mail stops it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from claims.actions.consent import link_of
from claims.intake import LANGUAGES
from claims.models import Association, Claim, ClaimLine, Consent
from directory.models import Subscription
from events.log import faults
from events.models import Envelope, Event, Notification, Outbox
from events.outbox import deliver_due
from partners.models import User
from tests.claims.given import (
    SALES,
    SERVICE,
    events_of,
    everything,
    of_brightwater,
    parties,
    sent,
    stored,
    told,
)
from tests.claims.test_associations import SENIOR, approved, give_up
from tests.claims.test_decide import approve, check, found, lines, reject
from tests.claims.test_inquiry import ask
from tests.claims.test_sweep import tick
from tests.claims.test_take import LEAD, NADIA, take
from tests.events.test_bounces import pipe, report
from tests.scenes import remembered
from tests.world import NOW, World, claim_of

both_databases = pytest.mark.both_databases
WHO, RIVAL = "jonas.weber", "miguel.sa"
MAUD = "maud.fenn@alderfreight.example"
INSTANT = timedelta(microseconds=1)

# Mailed on Thursday 19 November 2026 in Los Angeles: the seventh day is Thursday the 26th, whose end is the window's.
ENDS = datetime(2026, 11, 27, 8, tzinfo=UTC)
# Five business days for another contact; Thanksgiving is none.
CONTACT_DUE = datetime(2026, 11, 28, 8, tzinfo=UTC)


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim to one product that was approved, whose customer is asked by a mail that has left."""
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    tick(NOW)
    Notification.objects.all().delete()
    return reference


def consent(reference: str) -> Consent:
    """What the customer was asked last."""
    return Consent.objects.filter(claim__reference=reference).latest("pk")


def path(reference: str) -> str:
    """The address in the customer's mail."""
    return link_of(consent(reference))


def letters() -> list[Any]:
    """The mails to customers that have left."""
    return [letter for letter in mail.outbox if letter.reply_to]


def decline(client: Any, reference: str, words: str = "", at: datetime = NOW) -> Any:
    with time_machine.travel(at, tick=False):
        return client.post(path(reference), {"words": words})


def refuse(reference: str, error: str = "refused with 550") -> None:
    """The mail server refuses the customer's address for good."""
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(sent_at=None, parked_at=NOW, error=error)


# Asking


@both_databases
def test_with_the_approval_one_mail_goes_to_the_customer(world: World) -> None:
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    (letter,) = letters()
    assert (letter.to, letter.reply_to) == ([MAUD], ["support@northgate.example"])
    assert letter.subject == "Halden Cloud Works says it helped you with Dynamics 365 Sales: is that right?"
    for words in (
        "helped the people of Alder Freight Lines to use Dynamics 365 Sales",
        "you need do nothing: 7 days after this mail it takes effect",
        path(reference),
        "support@northgate.example",
    ):
        assert words in letter.body, words
    assert events_of(stored(reference).subject)[-1] == (
        "claim.customer_asked",
        {"consent": consent(reference).pk, "lines": [stored(reference).lines.get().pk]},
    )


def test_nobody_is_asked_before_the_claim_is_decided(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    assert not Consent.objects.exists()
    check(world, NADIA, reference, found(reference), line=1)
    approve(world, NADIA, reference, 1)
    assert set(ClaimLine.objects.values_list("consent", flat=True)) == {consent(reference).pk}
    deliver_due(now=NOW)
    assert "Dynamics 365 Sales, Dynamics 365 Customer Service" in letters()[0].body


def test_nobody_is_asked_about_what_was_refused(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    check(world, NADIA, reference, found(reference, unmet=("dates",)), line=1)
    reject(world, NADIA, reference, 1)
    (line,) = ClaimLine.objects.filter(consent=consent(reference))
    assert line.product == SALES["product"]
    assert Consent.objects.count() == 1


def test_who_withdraws_the_rest_lets_the_customer_be_asked_about_what_was_approved(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    assert world.api(WHO).send("POST", f"claims/{reference}/withdraw/").json()["state"] == "approved"
    assert [line.product for line in consent(reference).lines.all()] == [SALES["product"]]


def test_what_a_case_is_to_decide_holds_up_no_question_about_the_rest(world: World) -> None:
    sent(world, RIVAL, lines=[SERVICE], **of_brightwater())
    reference = approved(world, SALES, SERVICE)
    assert not Consent.objects.exists()
    check(world, NADIA, reference, found(reference), line=1)
    assert world.api(NADIA).send("POST", f"claims/{reference}/record-review/").status_code == 200
    assert [line.product for line in consent(reference).lines.all()] == [SALES["product"]]


def test_a_refused_claim_asks_nobody(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    reject(world, NADIA, reference)
    assert not Consent.objects.exists()
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    ("named", "of_sender", "written"), [("es", "en", "es"), ("en", "es", "en"), ("", "es", "es"), ("", "en", "en")]
)
def test_the_letter_is_in_the_contacts_language_else_in_the_senders(
    world: World, named: str, of_sender: str, written: str
) -> None:
    User.objects.filter(email__startswith=WHO).update(language=of_sender)
    contact = {"name": "Maud Fenn", "title": "Head of IT", "email": MAUD, "language": named}
    reference = approved(world, SALES, customer_contact=contact)
    assert consent(reference).language == written
    deliver_due(now=NOW)
    subject = {"en": "says it helped you with Dynamics 365 Sales", "es": "dice que les ayudó con Dynamics 365 Sales"}
    assert subject[written] in letters()[0].subject


def test_the_letters_language_is_that_of_the_day_the_claim_was_sent(world: World) -> None:
    User.objects.filter(email__startswith=WHO).update(language="es")
    reference = sent(world, WHO)
    User.objects.filter(email__startswith=WHO).update(language="en")
    assert stored(reference).customer_contact_language == "es"


@pytest.mark.parametrize("language", ["tlh", "EN", 5, "x" * 9])
def test_a_language_that_we_do_not_write_is_refused(world: World, language: Any) -> None:
    contact = {"name": "Maud Fenn", "title": "Head of IT", "email": MAUD, "language": language}
    answer = world.api(WHO).send("POST", "claims/", claim_of(customer_contact=contact))
    findings = [(found["code"], found["field"]) for found in answer.json()["findings"]]
    assert findings == [("invalid", "customer_contact.language")]


def test_the_languages_of_letters_are_those_of_the_site(settings: Any) -> None:
    assert tuple(code for code, _name in settings.LANGUAGES) == LANGUAGES


def test_a_contact_that_changes_with_the_rest_of_a_claim_voids_the_old_link_too(world: World, client: Any) -> None:
    sent(world, RIVAL, lines=[SERVICE], **of_brightwater())
    reference = approved(world, SALES, SERVICE)
    check(world, NADIA, reference, found(reference), line=1)
    world.api(NADIA).send("POST", f"claims/{reference}/record-review/")
    assert ask(world, NADIA, reference).status_code == 200
    old = path(reference)
    contact = {"name": "Tomas Lind", "title": "Buyer", "email": "tomas.lind@alderfreight.example"}
    answer = world.api(WHO).send("PATCH", f"claims/{reference}/", {"customer_contact": contact})
    assert answer.status_code == 200, answer.json()
    assert client.post(old).status_code == 410
    assert (consent(reference).contact_name, consent(reference).outcome) == ("Tomas Lind", "")
    assert [line.product for line in consent(reference).lines.all()] == [SALES["product"]]


def test_the_link_stands_in_no_row_once_the_mail_has_left(world: World) -> None:
    approved(world, SALES)
    assert Envelope.objects.get().path
    deliver_due(now=NOW)
    assert Envelope.objects.get().path == ""


# Silence


@both_databases
def test_the_window_runs_from_the_mails_acceptance(world: World) -> None:
    reference = approved(world, SALES)
    later = NOW + timedelta(days=2)
    assert "asked" not in tick(later - timedelta(seconds=1))  # the sweep came by before the mail left
    asked = consent(reference)
    assert (asked.sent_at, asked.ends_at) == (None, None)
    assert tick(later) == "1 asked."
    asked = consent(reference)
    assert (asked.sent_at, asked.ends_at) == (later - timedelta(seconds=1), ENDS + timedelta(days=2))


@both_databases
def test_silence_confirms_as_the_window_ends_and_not_before(reference: str) -> None:
    before = everything()
    assert tick(ENDS - INSTANT) == "nothing was due."
    assert everything() == before
    assert tick(ENDS) == "1 confirmed, 1 mailed."
    assert (consent(reference).outcome, consent(reference).outcome_at) == ("confirmed", ENDS)
    claim = stored(reference)
    told_of = {"consent": consent(reference).pk, "lines": [claim.lines.get().pk]}
    assert events_of(claim.subject)[-1] == ("claim.confirmed", told_of)
    assert told() == [(WHO, "customer_confirmed")]
    assert (claim.state, lines(reference), Association.objects.get().until) == ("approved", [("approved", "")], None)
    before = everything()
    assert tick(ENDS + timedelta(days=1)) == "nothing was due."
    assert everything() == before
    assert list(faults()) == []


# Declining


@both_databases
def test_declining_ends_line_association_and_claim(world: World, client: Any, reference: str) -> None:
    answer = decline(client, reference, "Never heard of them.", at=ENDS - INSTANT)
    assert (answer.status_code, answer["Location"]) == (302, path(reference))
    claim = stored(reference)
    assert (claim.state, lines(reference)) == ("rejected", [("ended", "customer_declined")])
    assert Association.objects.get().until == ENDS - INSTANT
    said = consent(reference)
    assert (said.outcome, said.outcome_at, said.words) == ("declined", ENDS - INSTANT, "Never heard of them.")
    event = Event.objects.filter(subject=claim.subject).latest("seq")
    assert (event.kind, event.actor) == ("claim.customer_declined", None)
    assert event.data == {"consent": said.pk, "lines": [claim.lines.get().pk], "state": "rejected"}
    assert told() == [(WHO, "customer_declined")]
    assert "Never heard" not in str(list(Notification.objects.values_list("values", flat=True)))
    assert list(faults()) == []


@both_databases
def test_declining_twice_changes_nothing(client: Any, reference: str) -> None:
    decline(client, reference)
    before = everything()
    assert decline(client, reference, "Other words", at=NOW + timedelta(hours=1)).status_code == 302
    assert everything() == before


def test_at_the_end_of_the_window_declining_is_refused_though_no_sweep_came_by(client: Any, reference: str) -> None:
    before = everything()
    assert decline(client, reference, at=ENDS).status_code == 409
    assert everything() == before


def test_it_is_refused_though_no_sweep_ever_noticed_that_the_mail_left(world: World, client: Any) -> None:
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    assert consent(reference).sent_at is None
    before = everything()
    assert decline(client, reference, at=ENDS).status_code == 409
    assert everything() == before
    assert tick(ENDS).startswith("1 confirmed")


def test_after_silence_has_confirmed_declining_is_refused(client: Any, reference: str) -> None:
    tick(ENDS)
    before = everything()
    assert decline(client, reference, at=ENDS).status_code == 409
    assert everything() == before


def test_what_the_customer_was_asked_about_ends_alone(world: World, client: Any) -> None:
    sent(world, RIVAL, lines=[SERVICE], **of_brightwater())
    reference = approved(world, SALES, SERVICE)
    check(world, NADIA, reference, found(reference), line=1)
    world.api(NADIA).send("POST", f"claims/{reference}/record-review/")
    decline(client, reference)
    assert lines(reference) == [("ended", "customer_declined"), ("open", "")]
    assert stored(reference).state == "under_review"


def test_who_is_declined_leaves_the_case(world: World, client: Any, reference: str) -> None:
    sent(world, RIVAL, **of_brightwater())
    assert parties() == [("open", ["Brightwater Partners", "Halden Cloud Works"])]
    decline(client, reference)
    assert parties() == [("closed", ["Brightwater Partners"])]


# What ends otherwise


def test_a_product_that_is_given_up_needs_no_word_of_the_customer(world: World, client: Any, reference: str) -> None:
    give_up(world, SENIOR, reference)
    assert (consent(reference).outcome, consent(reference).outcome_at) == ("void", NOW)
    assert tick(NOW) == "1 mailed."  # to who has sent the claim
    before = everything()
    assert decline(client, reference).status_code == 410
    assert tick(ENDS) == "nothing was due."
    assert everything() == before


@both_databases
def test_of_two_products_the_one_that_is_left_is_still_asked_about(world: World, client: Any) -> None:
    reference = approved(world, SALES, SERVICE, which=(0, 1))
    give_up(world, SENIOR, reference)
    assert consent(reference).outcome == ""
    decline(client, reference)
    assert lines(reference) == [("ended", "partner_request"), ("ended", "customer_declined")]


@both_databases
def test_with_the_subscription_the_question_ends(world: World, reference: str) -> None:
    Subscription.objects.filter(pk=Association.objects.get().unit.subscription).update(status="Deleted")
    tick(NOW)
    assert consent(reference).outcome == "void"


def test_a_mail_that_has_not_left_is_taken_back_with_its_question(world: World) -> None:
    reference = approved(world, SALES)
    give_up(world, SENIOR, reference)
    deliver_due(now=NOW)
    assert letters() == []
    assert not Envelope.objects.exists()


# Mails that come back


@both_databases
def test_a_refused_address_stops_the_clock_and_asks_the_partner_for_a_contact(world: World, reference: str) -> None:
    Consent.objects.update(sent_at=None, ends_at=None, sweep_at=NOW)
    refuse(reference)
    assert tick(NOW) == "1 mailed, 1 unreachable."
    asked = consent(reference)
    assert (asked.outcome, asked.bounced_at, asked.ends_at, asked.contact_due_at) == ("", NOW, None, CONTACT_DUE)
    assert told() == [(WHO, "customer_unreachable")]
    kind, data = events_of(stored(reference).subject)[-1]
    assert (kind, data["due_at"]) == ("claim.customer_unreachable", CONTACT_DUE.isoformat())
    before = everything()
    assert tick(ENDS) == "nothing was due."
    assert everything() == before


def test_a_providers_notification_stops_the_clock(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_id = f"<{consent(reference).mail[:40]}@cpor>"
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert pipe(report(mail_id), monkeypatch) == "The mail has come back."
    assert tick(NOW + timedelta(days=1)) == "1 mailed, 1 unreachable."
    assert told() == [(WHO, "customer_unreachable")]


def test_a_mail_that_comes_back_later_stops_the_clock_too(reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW + timedelta(days=3))
    assert tick(NOW + timedelta(days=3)) == "1 mailed, 1 unreachable."
    assert consent(reference).ends_at is None
    assert "confirmed" not in tick(ENDS)


def test_a_mail_that_comes_back_after_the_window_changes_nothing(reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=ENDS)
    assert "1 confirmed" in tick(ENDS)


def test_where_no_contact_is_named_in_time_the_leads_are_told_once(reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW)
    tick(NOW)
    Notification.objects.all().delete()
    assert tick(CONTACT_DUE - INSTANT) == "nothing was due."
    assert tick(CONTACT_DUE) == "1 contact missing, 1 mailed."
    assert told() == [(LEAD, "contact_missing")]
    before = everything()
    assert tick(CONTACT_DUE + timedelta(days=9)) == "nothing was due."
    assert everything() == before
    assert (stored(reference).state, consent(reference).outcome) == ("approved", "")


def test_who_has_the_link_may_decline_though_the_mail_came_back(client: Any, reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW)
    tick(NOW)
    assert decline(client, reference, at=CONTACT_DUE).status_code == 302
    assert stored(reference).state == "rejected"


@both_databases
def test_one_consent_that_fails_is_put_off_and_holds_up_no_other(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = approved(world, SERVICE)
    deliver_due(now=NOW)
    tick(NOW)
    broken = stored(reference).pk
    Claim.objects.filter(pk=broken).update(state="ended")
    assert "1 confirmed" in tick(ENDS)
    assert (consent(reference).outcome, consent(other).outcome) == ("", "confirmed")
    assert consent(reference).sweep_at == ENDS + timedelta(minutes=5)
