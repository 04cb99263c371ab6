"""Taking events out of the application."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from arbitration.audit import Query
from events.log import Draft, record
from events.models import Event
from partners.facts import ADMIN, AUDITOR
from partners.permissions import require_operator

if TYPE_CHECKING:
    from partners.models import User


def begin_export(*, query: Query, actor: "User", now: datetime) -> int:
    """Records that the actor takes out what passes the query; returns the key of the newest event that belongs to it.

    The event is written before the first line leaves, for a file that was cut short has been read too.

    Raises:
        PermissionDenied: for who is no admin or auditor of the operator.
    """
    require_operator(actor, ADMIN, AUDITOR)
    with transaction.atomic():
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        told = {"filter": query.told, "digest": query.digest, "newest": newest}
        record([Draft("audit:log", "audit.exported", told)], actor_id=actor.pk, now=now)
    return int(newest)
