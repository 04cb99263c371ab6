"""A mail server pipes in what it was given back: only word that a mail of ours will never arrive is noted."""

import io
import sys
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events import outbox
from events.models import Outbox
from tests.claims.given import everything
from tests.events.conftest import NOW, act

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def mailed(writer: Any, reader: Any, mailing: Any) -> Outbox:
    """A mail that a server took."""
    act(writer, reader)
    outbox.deliver_due(now=NOW)
    return Outbox.objects.get()


def message_id(mail: Outbox) -> str:
    return f"<{mail.dedupe_key[:40]}@cpor>"


def report(
    original: str, *, action: str = "failed", status: str = "5.1.1", returned: str = "headers", kind: str = ""
) -> bytes:
    """A delivery status notification about the mail with this Message-ID, as Postfix writes it."""
    mail = f"Subject: Is that right?\nMessage-ID: {original}\nTo: maud.fenn@alderfreight.example\n"
    last = {
        "headers": f"--b1\nContent-Type: text/rfc822-headers\n\n{mail}",
        "whole": f"--b1\nContent-Type: message/rfc822\n\n{mail}\nHello Maud\n",
        "nothing": "",
    }[returned]
    text = f"""\
From: MAILER-DAEMON@mx.alderfreight.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: no-reply@northgate.example
Message-ID: <20261119220500.1@mx.alderfreight.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind or "delivery-status"}; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.alderfreight.example

Final-Recipient: rfc822; maud.fenn@alderfreight.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

{last}
--b1--
"""
    return text.encode()


def pipe(data: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command says to these bytes."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    call_command("read_bounce", stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize("returned", ["headers", "whole"])
def test_a_mail_that_will_never_arrive_is_noted_once(
    mailed: Outbox, monkeypatch: pytest.MonkeyPatch, returned: str
) -> None:
    data = report(message_id(mailed), returned=returned)
    assert pipe(data, monkeypatch) == "The mail has come back."
    noted = Outbox.objects.get()
    assert noted.bounced_at is not None
    assert (noted.sent_at, noted.parked_at) == (NOW, None)
    before = everything()
    assert pipe(data, monkeypatch) == "That the mail has come back was known."
    assert everything() == before


@pytest.mark.parametrize("status", ["5.0.0", "5.7.1 (delivery not authorized)", " 5.1.10"])
def test_every_permanent_failure_counts(mailed: Outbox, monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    assert pipe(report(message_id(mailed), status=status), monkeypatch) == "The mail has come back."


def foreign(mailed: Outbox) -> dict[str, bytes]:
    """What is no word of that kind."""
    own = message_id(mailed)
    whole = report(own)
    return {
        "delayed": report(own, action="delayed", status="4.4.1"),
        "failed for now": report(own, status="4.2.2"),
        "delivered": report(own, action="delivered", status="2.0.0"),
        "no status": report(own, status="five"),
        "another's mail": report("<someone@elsewhere.example>"),
        "a mail we never wrote": report(f"<{'0' * 40}@cpor>"),
        "a mail of the day": report(f"<day-{'0' * 36}@cpor>"),
        "nothing returned": report(own, returned="nothing"),
        "a read receipt": report(own, kind="disposition-notification"),
        "an answer": f"From: maud@alderfreight.example\nIn-Reply-To: {own}\nMessage-ID: {own}\n\nHello".encode(),
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "no mail": b"\xff\xfe\x00" * 1000,
        "too large": whole + b"x" * (128 * 1024 - len(whole) + 1),
        "nested": b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3000,
        "strange headers": b"Content-Type: multipart/report; report-type*=delivery-status''%ff; boundary*0*=x\n\n--x\n",
    }


KINDS = list(foreign(Outbox(dedupe_key="0" * 64)))


@pytest.mark.parametrize("kind", KINDS)
def test_everything_else_is_refused_in_one_line_and_changes_nothing(
    mailed: Outbox, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    before = everything()
    with pytest.raises(CommandError) as refusal:
        pipe(foreign(mailed)[kind], monkeypatch)
    assert "\n" not in str(refusal.value).strip()
    assert everything() == before


REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
STATUS = b"\n--b\nContent-Type: message/delivery-status\n\n"
# What takes long to be taken apart, or is too deep, within the size that is read.
BURNING = {
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
    "nested mails": REPORT + b"\n--b\n" + b"Content-Type: message/rfc822\n\n" * 4000,
    "many parts": REPORT + b"\n--b\n" * 20_000,
    "many parts by returns": REPORT + b"\n--b\r\r" * 20_000,
    "many recipients": REPORT + STATUS + b"Action: failed\n\n" * 10_000,
    "blank lines": REPORT + STATUS + b"\n" * 100_000,
    "a quote without end": b'Content-Type: multipart/report; x="' + b";" * 100_000 + b"\n\n",
    "quotes": b"Content-Type: multipart/report; " + b'a=";' * 25_000 + b"\n\n",
    "a folded header": REPORT + b"X: a\n" + b" b\n" * 40_000,
    "many headers": REPORT + b"a:b\n" * 30_000,
    "an odd charset": REPORT + b"\n--b\nContent-Type: text/rfc822-headers; charset=hex\n\n" + b"QQ==" * 30_000,
}


@pytest.mark.parametrize("kind", BURNING)
def test_no_mail_takes_long_to_be_refused(mailed: Outbox, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    before, began = everything(), time.process_time()
    with pytest.raises(CommandError):
        pipe(BURNING[kind][: 128 * 1024], monkeypatch)
    assert time.process_time() - began < 10
    assert everything() == before


def test_a_mail_of_many_headers_and_lines_is_still_read(mailed: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    received = "".join(f"Received: from mx{n}.example by mx{n + 1}.example\n" for n in range(40))
    long_header = f"X-Spam: {'yes ' * 2000}\n"
    data = f"{received}{long_header}".encode() + report(message_id(mailed), returned="whole")
    assert pipe(data.replace(b"Hello Maud", b"Hello Maud\n-- \n" + b"Bye\n" * 10_000), monkeypatch) == (
        "The mail has come back."
    )
