"""Compiles every template, so that a syntax error is found without visiting its page.

Runs inside the virtual environment, with Django's settings in the environment: `.venv/bin/python -m scripts.templates`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

FOLDER = Path(__file__).resolve().parent.parent / "templates"


def broken() -> list[str]:
    """One line for each template that does not compile, or that extends or includes one that is not there."""
    lines = []
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        name = file.relative_to(FOLDER).as_posix()
        try:
            get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as trouble:
            lines.append(f"templates/{name}: {trouble}")
    return lines


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor.settings")
    django.setup()
    found = broken()
    print("\n".join(found))
    sys.exit(1 if found else 0)
