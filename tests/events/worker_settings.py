"""The product's settings for the processes that these tests start: a sweep each second, and the tests' own texts."""

from pathlib import Path

from cpor.settings import *  # noqa: F403
from cpor.settings import CELERY_BEAT_SCHEDULE, TEMPLATES

CELERY_BEAT_SCHEDULE["deliver-pending-messages"]["schedule"] = 1.0
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]
