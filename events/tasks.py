"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from events import outbox, verification


@shared_task(name=outbox.DELIVER, ignore_result=True)
def deliver_due() -> None:
    """Sends what is due, whether nudged by an act or found by beat's sweep."""
    outbox.deliver_due(now=timezone.now())


@shared_task(name=verification.VERIFY, ignore_result=True)
def verify() -> None:
    """Verifies the log where that was asked for."""
    verification.verify_due(now=timezone.now())


@shared_task(name="events.verify_daily", ignore_result=True)
def verify_daily() -> None:
    """Asks for the verification of the day."""
    verification.ask_daily(now=timezone.now())
