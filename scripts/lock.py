"""Writes the hashed locks anew from `requirements.in`, `requirements-s3.in` and `requirements-dev.in`. Needs uv."""

from __future__ import annotations

import shutil
import subprocess
import sys

from scripts import setup

OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url")

if __name__ == "__main__":
    if not shutil.which("uv"):
        sys.exit("uv is missing: pip install uv")
    for lock in (setup.PRODUCT, setup.S3, setup.TESTS):
        source = lock.replace(".txt", ".in")
        command = ["uv", "pip", "compile", *OPTIONS, source, "-o", lock, *sys.argv[1:]]
        subprocess.run(command, cwd=setup.ROOT, stdout=subprocess.DEVNULL, check=True)
