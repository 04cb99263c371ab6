"""Ratios and budgets of speed and memory, on a throw-away PostgreSQL: the folder `benchmarks`, one after the other."""

from __future__ import annotations

import sys

from scripts import setup
from scripts.test import pytest

if __name__ == "__main__":
    setup.ensure(setup.PRODUCT, setup.TESTS)
    sys.exit(pytest(["benchmarks", "--capture=no", *sys.argv[1:]], {}))
