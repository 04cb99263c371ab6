"""Does one thing as a web process would, and dies in the middle of it: `dying_process STEP METHOD PATH TOKEN`.

STEP is where, as a dotted name: the process is gone the moment that function is called.
"""

import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - the app registry first
from django.test import Client  # noqa: E402

from tests.claims.evidence.files import pdf  # noqa: E402

GONE = 9


def die(*_arguments: Any, **_options: Any) -> NoReturn:
    """What a power cut does."""
    os._exit(GONE)


def main() -> None:
    """Sends the one request."""
    step, method, path, token = sys.argv[1:]
    parts = step.split(".")
    place = next(number for number in range(len(parts) - 1, 0, -1) if _is_module(".".join(parts[:number])))
    owner: Any = import_module(".".join(parts[:place]))
    for name in parts[place:-1]:
        owner = getattr(owner, name)
    setattr(owner, parts[-1], die)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.generic(method, path) if method != "POST" else client.post(
        path, {"file": SimpleUploadedFile("a.pdf", pdf())}
    )


def _is_module(name: str) -> bool:
    try:
        import_module(name)
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
