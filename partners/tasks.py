"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="partners.forget_sessions", ignore_result=True)
def forget_sessions() -> None:
    """Deletes sessions that have ended, with what was typed after their end and never claimed."""
    call_command("clearsessions")
