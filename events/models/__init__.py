"""Rows of the log, of the messages it causes, and of what a person finds under *Messages*."""

from events.models.log import Chain, Event
from events.models.message import Notification, Outbox

__all__ = ["Chain", "Event", "Notification", "Outbox"]
