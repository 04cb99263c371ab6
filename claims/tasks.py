"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from claims import lookups


@shared_task(name="claims.forget_lookups", ignore_result=True)
def forget_lookups() -> None:
    """Deletes look-ups that are older than the hour they count for."""
    lookups.forget_lookups(now=timezone.now())
