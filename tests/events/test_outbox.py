"""Who is told, what the mail says, and what becomes of it when the far end refuses, stalls or is not there."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from events import outbox
from events.models import Notification, Outbox
from tests.events.conftest import NOW, act

pytestmark = pytest.mark.both_databases


def send(now=NOW):
    return outbox.deliver_due(now=now)


def the_row():
    return Outbox.objects.get()


@pytest.mark.django_db
def test_each_reader_gets_one_mail_and_one_notice(mailing, writer, reader, lectora):
    event = act(writer, reader, lectora)

    assert send() == 2
    assert mailing.recipients() == [lectora.email, reader.email]
    assert list(Outbox.objects.values_list("sent_at", "parked_at", "error")) == [(NOW, None, "")] * 2
    notices = Notification.objects.order_by("recipient__email").values_list("recipient", "subject", "path", "at")
    assert list(notices) == [(r.pk, event.subject, "/claims/C-7F3K/", NOW) for r in (lectora, reader)]
    assert send() == 0
    assert len(mailing.letters) == 2


@pytest.mark.django_db
def test_a_mail_says_it_in_text_and_html_with_an_address_to_go_to(mailing, writer, reader, settings):
    act(writer, reader)
    send()

    (letter,) = mailing.letters
    address = f"{settings.SITE_URL}/claims/C-7F3K/"
    assert letter["Subject"] == "C-7F3K by Wim O'Neil & Co in en"
    assert letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert letter["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@cpor>", letter["References"])
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().strip() == (f"Language en. Hello Rita, Wim O'Neil & Co wrote about C-7F3K: {address}")
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == (
        f'<p lang="en">Hello Rita, Wim O&#x27;Neil &amp; Co wrote about <a href="{address}">C-7F3K</a>.</p>'
    )


@pytest.mark.django_db
def test_a_mail_speaks_its_readers_language(mailing, writer, reader, lectora):
    act(writer, reader, lectora)
    send()
    assert {letter["To"]: letter["Subject"][-5:] for letter in mailing.letters} == {
        reader.email: "in en",
        lectora.email: "in es",
    }


@pytest.mark.django_db
def test_nobody_is_told_of_their_own_act(writer, reader):
    act(writer, writer, reader)
    assert list(Outbox.objects.values_list("notification__recipient", flat=True)) == [reader.pk]
    act(writer, writer)
    assert Notification.objects.count() == 1


@pytest.mark.django_db
def test_a_receipt_goes_to_who_did_it_themselves(writer, reader):
    event = act(writer)
    notices = [outbox.Notice(person.pk, "test_notice", "/", receipt=person == writer) for person in (writer, reader)]
    outbox.tell(event, notices)
    assert set(Outbox.objects.values_list("notification__recipient", flat=True)) == {writer.pk, reader.pk}


@pytest.mark.django_db
def test_an_act_of_the_system_is_told_to_everyone_named(writer, reader):
    act(None, writer, reader)
    assert Outbox.objects.count() == 2


@pytest.mark.django_db
def test_a_reader_named_twice_is_told_once_of_one_event_and_again_of_the_next(writer, reader):
    act(writer, reader, reader)
    assert Outbox.objects.count() == 1
    act(writer, reader)
    assert Outbox.objects.values("dedupe_key").distinct().count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_tells_nobody(mailing, writer, reader):
    with transaction.atomic():
        act(writer, reader)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert send() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_mail_that_is_put_off_waits_longer_each_time_until_it_is_taken(mailing, writer, reader, where):
    if where == "data":
        mailing.answer_to_data = "451 try again later"
    else:
        mailing.refused_recipients[reader.email] = "451 mailbox busy"
    act(writer, reader)

    now, waits = NOW, []
    for _ in range(4):
        assert send(now) == 0
        assert (the_row().sent_at, the_row().parked_at, the_row().error) == (None, None, "refused with 451")
        waits.append(the_row().not_before - now)
        assert send(the_row().not_before - timedelta(microseconds=1)) == 0
        now = the_row().not_before
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert the_row().attempts == 4

    mailing.answer_to_data, mailing.refused_recipients = "250 accepted", {}
    assert send(now) == 1
    assert (the_row().sent_at, the_row().error) == (now, "")


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_mail_that_is_refused_for_good_is_parked_and_never_tried_again(mailing, writer, reader, where):
    if where == "data":
        mailing.answer_to_data = "554 looks like spam"
    else:
        mailing.refused_recipients[reader.email] = "550 no such mailbox"
    act(writer, reader)

    assert send() == 0
    row = the_row()
    assert (row.sent_at, row.parked_at) == (None, NOW)
    assert row.error == ("refused with 554" if where == "data" else "refused with 550")
    mailing.answer_to_data, mailing.refused_recipients = "250 accepted", {}
    assert send(NOW + timedelta(days=30)) == 0
    assert the_row().attempts == 1


@pytest.mark.django_db
def test_one_refused_mail_holds_up_no_other(mailing, writer, reader, lectora):
    mailing.refused_recipients[reader.email] = "550 no such mailbox"
    act(writer, reader, lectora)
    assert send() == 1
    assert mailing.recipients() == [lectora.email]


@pytest.mark.django_db
def test_a_server_that_refuses_us_altogether_parks_nothing(mailing, writer, reader):
    mailing.greeting_refusal = "554 not from you"
    act(writer, reader)
    assert send() == 0
    row = the_row()
    assert (row.parked_at, row.error) == (None, "server refused with 554")
    assert row.not_before == NOW + timedelta(minutes=1)


@pytest.mark.django_db
def test_with_no_server_there_a_mail_stays_pending(mailing, writer, reader):
    mailing.stop()
    act(writer, reader)
    assert send() == 0
    row = the_row()
    assert (row.sent_at, row.parked_at, row.error) == (None, None, "ConnectionRefusedError")
    assert row.not_before == NOW + timedelta(minutes=1)


@pytest.mark.django_db
def test_after_the_last_attempt_a_mail_is_parked(mailing, writer, reader):
    mailing.answer_to_data = "451 try again later"
    act(writer, reader)
    now = NOW
    for _ in range(outbox.MAX_ATTEMPTS):
        assert the_row().parked_at is None
        send(now)
        parked_at, now = now, the_row().not_before
    assert (the_row().parked_at, the_row().attempts) == (parked_at, outbox.MAX_ATTEMPTS)
    assert send(now + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_a_mail_that_cannot_be_made_holds_up_no_other(mailing, writer, reader, lectora, caplog):
    act(writer, lectora)
    Notification.objects.update(kind="no_such_text")
    act(writer, reader)
    assert send() == 1
    assert mailing.recipients() == [reader.email]
    assert Outbox.objects.get(sent_at=None).error == "could not be made"
    assert "A mail could not be made" in caplog.text


@pytest.mark.django_db
def test_a_mail_is_not_sent_before_its_time(mailing, writer, reader):
    act(writer, reader, now=NOW + timedelta(seconds=1))
    assert send() == 0
    assert send(NOW + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_a_leased_mail_is_not_taken_by_another_until_the_lease_runs_out(writer, reader):
    act(writer, reader)
    assert len(outbox.take_due(now=NOW, size=20)) == 1
    assert outbox.take_due(now=NOW + outbox.LEASE - timedelta(microseconds=1), size=20) == []
    assert [row.attempts for row in outbox.take_due(now=NOW + outbox.LEASE, size=20)] == [2]


@pytest.mark.django_db
def test_a_worker_that_died_between_sending_and_noting_it_causes_the_same_mail_again(mailing, writer, reader):
    act(writer, reader)
    assert send() == 1
    first = the_row().dedupe_key
    # What the kill leaves behind: the lease stands, and nothing says that the mail has left.
    Outbox.objects.update(sent_at=None, not_before=NOW + outbox.LEASE)

    assert send(NOW + outbox.LEASE) == 1
    assert mailing.message_ids() == {f"<{first[:40]}@cpor>": 2}
    assert send(NOW + 2 * outbox.LEASE) == 0


def in_thread(work):
    """Starts `work` beside this test, on its own connection."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_sender_refused_late_does_not_undo_what_another_has_sent(mailing, writer, reader):
    act(writer, reader)
    mailing.stalls = 1
    late = in_thread(send)
    assert mailing.stalled.wait(10)
    assert send(NOW + outbox.LEASE) == 1
    mailing.released.set()
    late.join(10)
    assert not late.is_alive()
    assert (the_row().sent_at, the_row().parked_at, the_row().error) == (NOW + outbox.LEASE, None, "")
    assert len(mailing.letters) == 1


@pytest.mark.django_db
def test_a_sweep_that_takes_too_long_gives_back_what_it_has_not_sent(mailing, writer, reader, monkeypatch):
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.2)
    mailing.seconds_each = 0.15
    for _ in range(6):
        act(writer, reader)
    sent = send()
    assert 1 <= sent < 6
    left = Outbox.objects.filter(sent_at=None)
    assert set(left.values_list("not_before", "attempts")) == {(NOW, 0)}
    mailing.seconds_each = 0
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 120)  # a busy machine takes longer than 0.2 for the rest
    assert send() == 6 - sent
    assert set(mailing.message_ids().values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_send_each_mail_once(mailing, writer, reader):
    for number in range(40):
        act(writer, reader, subject=f"claim:{number}")
    mailing.seconds_each = 0.005
    sent, line = [], threading.Barrier(4)

    def sender():
        line.wait(10)
        sent.append(outbox.deliver_due(now=NOW, size=3))

    for thread in [in_thread(sender) for _ in range(4)]:
        thread.join(60)
    assert sum(sent) == 40
    assert len([count for count in sent if count]) > 1, "one sender did all of it, so nothing was shown"
    assert len(mailing.message_ids()) == 40
    assert set(mailing.message_ids().values()) == {1}
    assert set(Outbox.objects.values_list("sent_at", "attempts")) == {(NOW, 1)}
