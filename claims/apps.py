"""Makes sure that a first policy and a calendar exist."""

from datetime import date
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    """Claims, what partners hold, and the cases between them."""

    name = "claims"

    def ready(self) -> None:
        """Lays down the policy and the calendar that hold until an admin writes others."""

        def lay_down(*, using: str, **_: Any) -> None:
            policy = self.get_model("Policy")
            policy._default_manager.using(using).get_or_create(valid_from=date(2000, 1, 1))
            calendar = self.get_model("WorkCalendar")
            calendar._default_manager.using(using).get_or_create(pk=1, defaults=first_calendar())

        post_migrate.connect(lay_down, sender=self, weak=False, dispatch_uid="claims.first_policy")


def first_calendar() -> dict[str, str]:
    """Where the calendar of an installation begins: as the settings say."""
    part = f"-{settings.HOLIDAY_SUBDIVISION}" if settings.HOLIDAY_SUBDIVISION else ""
    return {
        "zone": settings.OPERATOR_TIME_ZONE,
        "weekdays": ",".join(map(str, settings.WORKING_DAYS)),
        "regions": f"{settings.HOLIDAY_COUNTRY}{part}",
    }
