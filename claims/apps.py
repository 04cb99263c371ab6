"""Makes sure that a first policy exists."""

from datetime import date
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    """Claims, what partners hold, and the cases between them."""

    name = "claims"

    def ready(self) -> None:
        """Lays down the policy that holds until an admin writes another."""

        def lay_down(*, using: str, **_: Any) -> None:
            policy = self.get_model("Policy")
            policy._default_manager.using(using).get_or_create(valid_from=date(2000, 1, 1))

        post_migrate.connect(lay_down, sender=self, weak=False, dispatch_uid="claims.first_policy")
