"""The wiring's own application: it carries the commands that reach across all others."""

from django.apps import AppConfig


class CporConfig(AppConfig):
    """Holds no models."""

    name = "cpor"
