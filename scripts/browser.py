"""The Chromium that tests and screenshots drive: found on the PATH, else installed where we may, else missing aloud."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage")  # as root, and in a container with a small /dev/shm
MISSING = "no Chromium on the PATH: apt-get install chromium"


def find() -> str | None:
    """The path of an installed Chromium, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str | None:
    """The path of a Chromium, installed by apt-get if it is missing and we are root; None if there can be none."""
    if path := find():
        return path
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return None
    return find()
