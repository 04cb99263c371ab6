"""Mails that a provider took and gave back: delivery status notifications (RFC 3464), as mail servers hand them on."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from typing import Any

from events.models import Outbox

LARGEST = 128 * 1024  # a mail of ours is a few kilobytes, and a notification holds it once
LONGEST_HEADER = 1024  # what follows in a header is not read: it would take long to be taken apart
MOST_BOUNDARIES = 16  # how often a notification, with the mail in it, says the word: no more parts can hold parts
MOST_PARTS = 200  # lines that may begin a part, among them those of the texts
MESSAGE_ID = re.compile(r"<([0-9a-f]{40})@cpor>", re.ASCII)
PART = re.compile(rb"(?:^|[\r\n])--")
PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}(?!\d)", re.ASCII)


class _Headers(email.policy.Compat32):
    """Hands headers over as they are, but not all of a long one; newer policies parse them, and stumble over some."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value, the value cut."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


HEADERS = _Headers()


class NoBounce(Exception):
    """What was read says of no mail of ours that it will never arrive; the text says what it is instead."""


def read_bounce(data: bytes) -> str:
    """The key, as far as a Message-ID holds it, of the mail that came back for good.

    Anybody can write such a notification. Only who was sent a mail knows its Message-ID, so a forged one does no more
    than its writer could have done by declining.

    Raises:
        NoBounce: for everything else, hostile bytes included.
    """
    if len(data) > LARGEST:
        raise NoBounce("This is larger than a notification about a mail of ours.")
    if data.lower().count(b"boundary") > MOST_BOUNDARIES or len(PART.findall(data)) > MOST_PARTS:
        raise NoBounce("This has more parts than a notification about a mail of ours.")
    try:
        report = email.message_from_bytes(data, policy=HEADERS)
        parts = [part for part in _inside(report) if isinstance(part, Message)]
        if report.get_content_type() != "multipart/report" or report.get_param("report-type") != "delivery-status":
            raise NoBounce("This is no delivery status notification.")
        failed = any(_failed(part) for part in parts if part.get_content_type() == "message/delivery-status")
        keys = {match[1] for part in parts for header in _message_ids(part) if (match := MESSAGE_ID.fullmatch(header))}
    except NoBounce:
        raise
    except Exception as strange:  # whoever writes to the address decides what is parsed here
        raise NoBounce("This cannot be read as a mail.") from strange
    if not failed:
        raise NoBounce("This says of no recipient that the mail will never arrive.")
    if len(keys) != 1:
        raise NoBounce("This is about no mail of ours.")
    return keys.pop()


def record_bounce(key: str, *, now: datetime) -> bool:
    """Notes that a mail came back, once; False where it was known already. `key` comes from `read_bounce`.

    Raises:
        NoBounce: where no such mail was ever written.
    """
    mails = Outbox.objects.filter(dedupe_key__startswith=key)
    if mails.filter(bounced_at=None).update(bounced_at=now):
        return True
    if not mails.exists():
        raise NoBounce("This is about no mail of ours.")
    return False


def _inside(part: Message) -> list[Any]:
    """What a mail of several parts holds; nothing of a text."""
    payload: Any = part.get_payload()
    return payload if isinstance(payload, list) else []


def _failed(part: Message) -> bool:
    """Whether one of the recipients will never get it: `Action: failed` with a status of class 5."""
    return any(
        isinstance(block, Message)
        and str(block.get("Action", "")).strip().lower() == "failed"
        and PERMANENT.match(str(block.get("Status", "")).strip()) is not None
        for block in _inside(part)
    )


def _message_ids(part: Message) -> Iterator[str]:
    """The Message-ID of a mail that is returned, whole or by its headers alone; not the notification's own."""
    if part.get_content_type() == "message/rfc822":
        yield from (str(original.get("Message-ID", "")).strip() for original in _inside(part))
    elif part.get_content_type() == "text/rfc822-headers":
        decoded = part.get_payload(decode=True)
        headers = email.message_from_bytes(decoded, policy=HEADERS) if isinstance(decoded, bytes) else Message()
        yield str(headers.get("Message-ID", "")).strip()
