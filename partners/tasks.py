"""Background entry points: fetch, one call, nothing else."""

from celery import shared_task
from django.utils import timezone

from partners.actions import sessions
from partners.actions.enrollments.sweep import sweep_enrollments


@shared_task(name="partners.forget_sessions", ignore_result=True)
def forget_sessions() -> None:
    """Deletes sessions that have ended, with what was typed after their end and never claimed."""
    sessions.forget_ended()


@shared_task(name="partners.sweep_enrollments", ignore_result=True)
def sweep() -> None:
    """Lets invitations run out, renews or ends enrolments, and tells of those that end soon."""
    sweep_enrollments(now=timezone.now())
