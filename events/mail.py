"""Turning an outbox row into a mail: subject, text and HTML from three templates, in the reader's language."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from events.models import Outbox


def send(row: Outbox) -> None:
    """Sends one mail over the configured backend.

    Its Message-ID is the row's key: sent a second time after a crash, it is the same mail to its reader.

    Raises:
        OSError, smtplib.SMTPException: as the backend says; the row stays pending.
    """
    message = row.message
    with translation.override(message.language):
        values = {
            **message.values,
            "name": message.name,
            "url": settings.SITE_URL + message.path if message.path else "",
            "operator": settings.OPERATOR_NAME,
            "support": settings.SUPPORT_EMAIL,
        }
        subject = " ".join(_plain(f"emails/{message.kind}-subject.txt", values).split())
        mail = EmailMultiAlternatives(
            subject=subject,
            body=_plain(f"emails/{message.kind}-body.txt", values),
            from_email=_operator() if row.envelope else None,
            to=[message.address],
            # Who has no account answers to people, not to the machine.
            reply_to=[row.envelope.reply_to or settings.SUPPORT_EMAIL] if row.envelope else None,
            headers={
                "Message-ID": f"<{row.dedupe_key[:40]}@cpor>",
                "References": f"<{_thread(message.subject)}@cpor>",
                # What a person asks for is theirs: many a desk drops what a machine writes.
                **({} if row.envelope and row.envelope.reply_to else {"Auto-Submitted": "auto-generated"}),
            },
        )
        mail.attach_alternative(render_to_string(f"emails/{message.kind}-body.html", values), "text/html")
    mail.send()


def _operator() -> str:
    """The sender, by the name of who runs the programme: whoever has no account knows no other."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((settings.OPERATOR_NAME, address))


def send_day(*rows: Outbox) -> None:
    """Sends one mail that tells of several messages to the same person, each a line with its way.

    Raises:
        OSError, smtplib.SMTPException: as the backend says; the rows stay pending.
    """
    notices = [row.message for row in rows]
    reader = notices[0]
    with translation.override(reader.language):
        lines = [
            {
                "text": " ".join(_plain(f"emails/{notice.kind}-subject.txt", notice.values).split()),
                "url": settings.SITE_URL + notice.path,
            }
            for notice in notices
        ]
        values = {
            "lines": lines,
            "name": reader.name,
            "operator": settings.OPERATOR_NAME,
            "support": settings.SUPPORT_EMAIL,
        }
        subject = " ".join(_plain("emails/day-subject.txt", values).split())
        mail = EmailMultiAlternatives(
            subject=subject,
            body=_plain("emails/day-body.txt", values),
            to=[reader.address],
            headers={"Message-ID": f"<day-{rows[0].dedupe_key[:40]}@cpor>", "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("emails/day-body.html", values), "text/html")
    mail.send()


def _plain(name: str, values: dict[str, Any]) -> str:
    """A text template filled without HTML's escapes, which Django puts into any template, whatever its name ends in."""
    return Engine.get_default().get_template(name).render(Context(values, autoescape=False))


def _thread(subject: str) -> str:
    """What a subject's mails have in common. The subject itself holds a number that tells how many there are."""
    return salted_hmac("events.mail.thread", subject, algorithm="sha256").hexdigest()[:32]
