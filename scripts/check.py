"""Everything static: `make check`, or `python3 -m scripts.check`. One line per check; its output only if it fails."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time

from scripts import setup

TEMPLATES = setup.ROOT / "templates"
PROGRAMS = {  # what is no module
    "manage": (str(setup.PYTHON), "manage.py"),
    "djade": (str(setup.VENV / "bin" / "djade"),),
}


def main() -> int:
    """Runs all checks, also after one has failed; returns 1 if any did."""
    setup.ensure(setup.PRODUCT, setup.TESTS)
    with tempfile.TemporaryDirectory(prefix="cpor-check-") as data:
        here = {**bare_environment(), "CPOR_MODE": "test", "DATA_DIR": data}
        deployed = {**here, **production()}
        results = [
            check("style", here, "ruff", "check", "."),
            check("format", here, "ruff", "format", "--check", "."),
            check("types", here, "mypy"),
            check("templates: format", here, *djade()),
            check("templates: syntax", here, "scripts.templates"),
            check("migrations", here, "manage", "makemigrations", "--check", "--dry-run"),
            check("system", here, "manage", "check", "--fail-level=WARNING"),
            check("production", deployed, "manage", "check", "--deploy", "--fail-level=WARNING"),
            check("translations", here, "scripts.translations", "--check"),
            check("architecture", here, *architecture()),
        ]
    return 0 if all(results) else 1


def bare_environment() -> dict[str, str]:
    """Our environment without what configures an installation."""
    settings = ("CPOR_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(settings)}


def production() -> dict[str, str]:
    """A complete production environment; nothing connects to the addresses."""
    return {
        "CPOR_MODE": "production",
        "CPOR_SECRET_KEY": secrets.token_urlsafe(60),
        "CPOR_ALLOWED_HOSTS": "cpor.example",
        "CPOR_SITE_URL": "https://cpor.example",
        "CPOR_EMAIL_URL": "smtp://mail.example:25",
        "DATABASE_URL": "postgresql://cpor@db.example/cpor",
        "REDIS_URL": "redis://redis.example/0",
    }


def djade() -> list[str]:
    """The formatter of templates, over all HTML files."""
    files = [str(path.relative_to(setup.ROOT)) for path in sorted(TEMPLATES.rglob("*.html"))]
    return ["djade", "--target-version", "5.2", "--check", *files]


def architecture() -> list[str]:
    """The rules on imports, layers and sizes; they only read source text, so they need neither Django nor servers."""
    bare = ["--config-file", os.devnull, "--rootdir", ".", "--noconftest", "-p", "no:django", "-p", "no:cacheprovider"]
    return ["pytest", *bare, "--quiet", "--no-header", "tests/test_architecture.py"]


def check(name: str, environment: dict[str, str], module: str, *arguments: str) -> bool:
    """Runs one module of the virtual environment, or one of `PROGRAMS`; prints ok or failed and returns which."""
    began = time.monotonic()
    command = [*PROGRAMS.get(module, (str(setup.PYTHON), "-m", module)), *arguments]
    done = subprocess.run(
        command,
        cwd=setup.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    print(f"{name:<20} {'ok' if passed else 'FAILED':<7} {time.monotonic() - began:5.1f} s", flush=True)
    if not passed:
        print(done.stdout.rstrip(), flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
