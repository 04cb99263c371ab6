"""How a log is written: one event, one line, in UTC, with what its writer added."""

import logging
import re
import time
from typing import Any

STANDARD = vars(logging.makeLogRecord({})).keys() | {"message", "asctime", "request", "server_time", "taskName"}
BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Line(logging.Formatter):
    """`2026-11-19T22:05:00.000Z WARNING claims.lookups Words partner=12`.

    Nothing in a message begins a line of its own: what a stranger typed could pass for one of ours. A traceback, which
    has several, is set in.
    """

    converter = staticmethod(time.gmtime)
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def __init__(self, **given: Any) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, as far as it is no traceback."""
        added = "".join(f" {name}={value}" for name, value in vars(record).items() if name not in STANDARD)
        return BREAKING.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record) + added)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The traceback, each of its lines set in by two blanks."""
        return "\n".join(f"  {line}" for line in super().formatException(ei).splitlines())
