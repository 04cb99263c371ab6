"""The Celery application. Tasks are nudges: rows in the database are the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor.settings")

app = Celery("cpor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def impatient(celery: Celery) -> None:
    """Lets this process give up on a dead or frozen broker within milliseconds, for processes that serve people.

    All three options are needed: without retries but with default time-outs, or the other way round, a dead Redis
    costs a request between 0.6 and 10 seconds.
    """
    if celery.conf.broker_url.startswith("redis"):
        import kombu.transport.redis  # noqa: F401, PLC0415 - 60 ms of import, paid at start instead of by a request

        celery.conf.broker_transport_options = {
            "max_retries": 0,
            "socket_connect_timeout": 0.04,
            "socket_timeout": 0.04,
        }
