"""Background entry points: one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from arbitration.actions import sweep


@shared_task(name="arbitration.sweep", ignore_result=True)
def sweep_cases() -> None:
    """Says what is late on cases, and lets go what counts no more."""
    sweep.sweep_cases(now=timezone.now())
