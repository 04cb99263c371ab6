"""Host names of domains, as the directory keeps them: lower-case, ASCII, at least two labels."""

import re

from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused, shown

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def host_name(value: object, place: str) -> str:
    """`value` as a host name, an international one in its ASCII form. Raises ImportRefused."""
    problem = _("%(value)s is no host name such as contoso.onmicrosoft.com.") % {"value": shown(value)}
    if not isinstance(value, str):
        raise ImportRefused(place, problem)
    try:
        name = value.lower() if value.isascii() else value.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ImportRefused(place, problem) from error
    labels = name.split(".")
    sound = len(name) <= 253 and len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    if not sound or labels[-1].isdigit():
        raise ImportRefused(place, problem)
    return name
