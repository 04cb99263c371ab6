"""The same experiments as in `make test`, in the long counts that issues name: tests marked `soak`, with `SOAK=1`."""

from __future__ import annotations

import sys

from scripts import setup
from scripts.test import pytest

if __name__ == "__main__":
    setup.ensure(setup.PRODUCT, setup.TESTS)
    sys.exit(pytest(["-m", "soak", *sys.argv[1:]], {"SOAK": "1"}))
