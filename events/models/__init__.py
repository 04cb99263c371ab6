"""Rows of the log, of the messages it causes, of its verification, and of what a person finds under *Messages*."""

from events.models.log import Chain, Event
from events.models.message import Envelope, MailChoice, Notification, Outbox
from events.models.verification import Verification

__all__ = ["Chain", "Envelope", "Event", "MailChoice", "Notification", "Outbox", "Verification"]
