"""A real SMTP server on a free local port that counts what it accepts, and can refuse, stall or be slow."""

import asyncio
import email
import email.policy
import socket
import threading
import time
from collections import Counter
from email.message import EmailMessage

from aiosmtpd.controller import Controller


def free_port():
    """A local port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostOffice:
    """A far end for mail. `letters` holds each one whose DATA was answered with 250; nothing else counts as accepted.

    The next `stalls` mails hang inside DATA until `released` is set or their sender dies, and are never accepted.
    """

    def __init__(self):
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self.refused_recipients: dict[str, str] = {}
        self.answer_to_data = "250 accepted"
        self.greeting_refusal = ""
        self.seconds_each = 0.0
        self.stalls = 0
        self.stalled, self.released = threading.Event(), threading.Event()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self):
        """Opens; returns itself."""
        self._controller.start()
        return self

    def stop(self):
        """Closes, and gives the port back; harmless when closed already."""
        if not self._controller.loop.is_closed():
            self._controller.stop(no_assert=True)

    def message_ids(self):
        """How often each Message-ID was accepted."""
        return Counter(letter["Message-ID"] for letter in self.letters)

    def recipients(self):
        """Whom the accepted mails are for, sorted."""
        return sorted(letter["To"] for letter in self.letters)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [self.greeting_refusal] if self.greeting_refusal else responses

    async def handle_HELO(self, server, session, envelope, hostname):
        session.host_name = hostname
        return self.greeting_refusal or "250 hello"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.stalls:
            self.stalls -= 1
            self.stalled.set()
            while not self.released.is_set():  # or until the sender dies: aiosmtpd then cancels this call
                await asyncio.sleep(0.02)
            return "554 not any more"
        await asyncio.sleep(self.seconds_each)
        if self.answer_to_data.startswith("250"):
            self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer_to_data


def wait_until(true, *, seconds, what):
    """Looks every 50 ms until `true()`; fails with `what` when time is up."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"not within {seconds} s: {what}"
        time.sleep(0.05)
