"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from events import outbox


@shared_task(name=outbox.DELIVER, ignore_result=True)
def deliver_due() -> None:
    """Sends what is due, whether nudged by an act or found by beat's sweep."""
    outbox.deliver_due(now=timezone.now())
