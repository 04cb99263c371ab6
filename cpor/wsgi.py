"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from cpor.gate import guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor.settings")

application = guarded(get_wsgi_application())

from cpor.celery import app, impatient  # noqa: E402 - after the settings are read

impatient(app)
