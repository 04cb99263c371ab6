"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from claims import lookups, storage
from claims.actions import ending, inspections, retention, sweep


@shared_task(name="claims.forget_lookups", ignore_result=True)
def forget_lookups() -> None:
    """Deletes look-ups that are older than the hour they count for."""
    lookups.forget_lookups(now=timezone.now())


@shared_task(name="claims.inspect_due", ignore_result=True)
def inspect_due() -> None:
    """Inspects the documents that wait."""
    inspections.inspect_due(now=timezone.now())


@shared_task(name="claims.sweep", ignore_result=True)
def sweep_claims() -> None:
    """Reminds, and ends what has run out."""
    sweep.sweep(now=timezone.now())


@shared_task(name="claims.end_subscriptions", ignore_result=True)
def end_subscriptions() -> None:
    """Ends what is held on subscriptions that are gone."""
    ending.end_subscriptions(now=timezone.now())


@shared_task(name="claims.sweep_files", ignore_result=True)
def sweep_files() -> None:
    """Removes files that belong to nothing, and names those that are missing."""
    storage.sweep_files(now=timezone.now())


@shared_task(name=retention.RETAIN, ignore_result=True)
def sweep_retention() -> None:
    """Deletes drafts and removes proof whose time is over."""
    retention.sweep_retention(now=timezone.now())
