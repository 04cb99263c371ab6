"""Keeps the catalogue in the database equal to its files."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    """What can be claimed, and on which customer's tenant."""

    name = "directory"

    def ready(self) -> None:
        """Loads the catalogue after every migration, so that a fresh database holds the products."""
        from directory.catalogue import load  # noqa: PLC0415 - needs the app registry

        def reload(*, using: str, apps: Any = None, **_: Any) -> None:
            if apps is None or "catalogueversion" in apps.all_models["directory"]:
                load(using=using)

        post_migrate.connect(reload, sender=self, weak=False, dispatch_uid="directory.catalogue")
