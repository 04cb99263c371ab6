"""Wiring only: settings, URLs, API router, errors, Celery, WSGI and health."""

from cpor.celery import app as celery_app

__all__ = ["celery_app"]
