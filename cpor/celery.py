"""The Celery application. Tasks are nudges: rows in the database are the truth."""

import os
from typing import Any

from celery import Celery, Task
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "cpor.broker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor.settings")


class InOperatorTime(Task):
    """A task in the operator's time zone, as `claims.middleware.OperatorTime` is for requests."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the task."""
        from django.utils import timezone  # noqa: PLC0415 - Django is set up by now, and was not when this was read

        from claims.calendars import operator_zone  # noqa: PLC0415

        with timezone.override(operator_zone()):
            return super().__call__(*args, **kwargs)


app = Celery("cpor", task_cls=InOperatorTime)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def impatient(celery: "Celery[Any]") -> None:
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
