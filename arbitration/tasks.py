"""Background entry points: one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from arbitration.actions import sweep
from arbitration.reports import counting


@shared_task(name="arbitration.sweep", ignore_result=True)
def sweep_cases() -> None:
    """Says what is late on cases, and lets go what counts no more."""
    sweep.sweep_cases(now=timezone.now())


@shared_task(name="arbitration.count_reports", ignore_result=True)
def count_reports() -> None:
    """Brings the figures of the reports up to date."""
    counting.count_reports(now=timezone.now())
