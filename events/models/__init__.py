"""Rows of the log, of the messages it causes, and of what a person finds under *Messages*."""

from events.models.log import Chain, Event
from events.models.message import MailChoice, Notification, Outbox

__all__ = ["Chain", "Event", "MailChoice", "Notification", "Outbox"]
