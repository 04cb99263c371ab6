"""The product's settings for the processes that these tests start: both sweeps come twice a second."""

from tests.events.worker_settings import *  # noqa: F403
from tests.events.worker_settings import CELERY_BEAT_SCHEDULE

for name in ("deliver-pending-messages", "sweep-claims"):
    CELERY_BEAT_SCHEDULE[name]["schedule"] = 0.5
