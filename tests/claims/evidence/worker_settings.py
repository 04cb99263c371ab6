"""The product's settings for the workers of these tests: a look for waiting documents each second."""

from cpor.settings import *  # noqa: F403
from cpor.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE["inspect-documents"]["schedule"] = 1.0
