"""Puts the programmes in place, and listens to django-allauth."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as real_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class PartnersConfig(AppConfig):
    """People, companies, MPN IDs and programmes."""

    name = "partners"

    def ready(self) -> None:
        """Adds missing programmes after every migration and flush; what an operator changed in one is left alone."""
        from partners.programs import add_missing  # noqa: PLC0415 - needs the app registry

        def load(*, using: str, apps: Apps = real_apps, **_: Any) -> None:
            try:
                program = apps.get_model("partners", "Program")
            except LookupError:  # migrated back to before the table
                return
            add_missing(program.objects.using(using))

        from partners.adapter import listen  # noqa: PLC0415

        listen()
        post_migrate.connect(load, sender=self, weak=False, dispatch_uid="partners.programs")
