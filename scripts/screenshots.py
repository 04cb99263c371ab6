"""Pictures of every page, in `screenshots/`: `make screenshots`, or `.venv/bin/python -m scripts.screenshots [name]`.

Serves the demo from a folder of its own, walks through it as each of its people, and takes each page in two languages
at three widths in two schemes: `draft-good-es-1440-dark.png`. Each is looked at with axe and weighed; what is found,
and what is over its budget, is printed, and makes it fail. With arguments only pictures whose name holds one of them.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts import browser, demo, setup
from scripts.album import OUTPUT, Album
from scripts.album_of_cases import between_partners
from scripts.album_of_claims import begin_to_end
from scripts.album_of_desks import desks, sides, starts
from scripts.supervisor import Supervisor


def main(wanted: list[str]) -> int:
    """Serves, walks, takes; returns the exit code."""
    path = browser.find()
    if path is None:
        print(browser.MISSING, file=sys.stderr)
        return 1
    OUTPUT.mkdir(exist_ok=True)
    troubles: list[str] = []
    for walk, options in ((begin_to_end, ["--without-claims"]), (everything_there_is, [])):
        with (
            tempfile.TemporaryDirectory(prefix="cpor-screenshots-") as folder,
            served(Path(folder), *options) as base,
            opened(path, base, wanted) as album,
        ):
            walk(album, Path(folder))
            troubles += told(album)
    print(f"{len(list(OUTPUT.glob('*.png')))} pictures in {OUTPUT.relative_to(setup.ROOT)}/")
    print("\n".join(troubles) or "Nothing is wrong with them.")
    return bool(troubles)


def told(album: Album) -> list[str]:
    """Prints how the pages loaded; what is wrong with them, loads that are over their budget included."""
    for name, load in album.loads.items():
        print(f"{name:28} {load}")
    over = [f"{name}: over in {', '.join(load.over)}" for name, load in album.loads.items() if load.over]
    return [*album.troubles, *over]


@contextmanager
def opened(chromium: str, base: str, wanted: list[str]) -> Iterator[Album]:
    """The browser at that path, and what it takes of the site at `base`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=chromium, args=[*browser.FLAGS])
        yield Album(window, base, wanted)
        window.close()


def everything_there_is(album: Album, data: Path) -> None:
    """Every page of the demo as it begins."""
    between_partners(album, data)
    starts(album)
    sides(album)
    desks(album)


@contextmanager
def served(data: Path, *options: str) -> Iterator[str]:
    """The demo on a free port, begun with these options; its address.

    Raises:
        SystemExit: it does not start.
    """
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        port = probe.getsockname()[1]
    environment = demo.demo_environment(data, port)
    know_the_world(environment)
    demo.prepare(data, environment, *options)
    children = Supervisor(setup.ROOT, environment)
    try:
        children.start("web", demo.web_command(port))
        children.start("worker", demo.worker_command(data))
        if not demo.await_health(children, port):
            sys.exit("The demo did not start.")
        yield f"http://{demo.HOST}:{port}"
    finally:
        children.stop()


def know_the_world(environment: Mapping[str, str]) -> None:
    """Lets `cpor.demo` be imported here, with the settings of the served demo."""
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="cpor.settings")
    import django

    django.setup()


if __name__ == "__main__":
    os.chdir(setup.ROOT)
    sys.exit(main(sys.argv[1:]))
