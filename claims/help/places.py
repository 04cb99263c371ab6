"""A text of a rule as it reads where no claim fills its places in."""

import re
from typing import Any

from django.utils.translation import pgettext_lazy

# What stands in the places of the rules' texts, in words.
PLACES = {
    "activity": pgettext_lazy("in a text", "activity"),
    "admins": pgettext_lazy("in a text", "names"),
    "agree": pgettext_lazy("in a text", "number"),
    "area": pgettext_lazy("in a text", "solution area"),
    "by": pgettext_lazy("in a text", "lead"),
    "cite": pgettext_lazy("in a text", "cite"),
    "days": pgettext_lazy("in a text", "days"),
    "ends_on": pgettext_lazy("in a text", "day"),
    "digits": pgettext_lazy("in a text", "so many"),
    "extent": pgettext_lazy("in a text", "so many pages"),
    "extension": pgettext_lazy("in a text", "ending"),
    "lacks": pgettext_lazy("in a text", "what it lacks"),
    "limit": pgettext_lazy("in a text", "limit"),
    "mpn_id": pgettext_lazy("in a text", "MPN ID"),
    "name": pgettext_lazy("in a text", "document"),
    "offered": pgettext_lazy("in a text", "activities"),
    "partner": pgettext_lazy("in a text", "partner"),
    "product": pgettext_lazy("in a text", "product"),
    "reason": pgettext_lazy("in a text", "reason"),
    "reference": pgettext_lazy("in a text", "reference"),
    "remedy": pgettext_lazy("in a text", "remedy"),
    "requirement": pgettext_lazy("in a text", "requirement"),
    "sku": pgettext_lazy("in a text", "name of its SKU"),
    "title": pgettext_lazy("in a text", "what is wrong"),
    "types": pgettext_lazy("in a text", "type"),
    "why": pgettext_lazy("in a text", "why"),
    "word": pgettext_lazy("in a text", "word"),
    "words": pgettext_lazy("in a text", "words"),
}
PLACE = re.compile(r"%\((\w+)\)s")
# A place glued to the word before it brings its own comma, and may stay empty: nothing to show.
GLUED = re.compile(r"(?<=\w)%\(\w+\)s")


def plain(text: Any) -> str:
    """The text in the active language, with its places as ‹words›."""
    return PLACE.sub(lambda place: f"‹{PLACES[place[1]]}›", GLUED.sub("", str(text)))


def sentence(text: Any) -> str:
    """A title as a sentence: it begins with a capital letter and ends in a full stop."""
    said = plain(text)
    return f"{said[:1].upper()}{said[1:]}."
