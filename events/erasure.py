"""Forgetting a person in what was told and written to people. The log itself holds no names, and stays as it is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import translation

from events.models import Envelope, Notification

BATCH = 500


@dataclass(frozen=True)
class Forgotten:
    """Somebody who is to be named no more. `instead` is what stands for them, in the language that is active."""

    name: str
    address: str
    instead: Callable[[], str]

    def is_named_by(self, text: str) -> bool:
        """Whether a text is their name, or holds their address."""
        return bool(self.name and text == self.name) or self.address.casefold() in text.casefold()

    def left_out(self, value: Any) -> Any:
        """JSON, with what stands for them in place of each text that names them."""
        if isinstance(value, dict):
            return {key: self.left_out(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.left_out(inner) for inner in value]
        return self.instead() if isinstance(value, str) and self.is_named_by(value) else value

    def mentions(self, column: str) -> Q:
        """Rows whose text column of JSON may name them, spelt as it is or as JSON escapes it."""
        found = Q()
        for text in filter(None, (self.name, self.address)):
            for spelt in {text, json.dumps(text)[1:-1]}:
                found |= Q(**{f"{column}__icontains": spelt})
        return found


def forget_in_notices(gone: Forgotten) -> int:
    """Names somebody no more in what others were told; returns in how many notices."""
    return _leave_out(gone, Notification.objects.select_related("recipient"), lambda notice: notice.recipient.language)


def forget_letters(gone: Forgotten) -> int:
    """Blanks whom letters went to at this address, or were to answer there, and names them in no other letter.

    Returns how many letters named them.
    """
    Envelope.objects.filter(address__iexact=gone.address).update(address="", name="", path="")
    Envelope.objects.filter(reply_to__iexact=gone.address).update(reply_to="")
    return _leave_out(gone, Envelope.objects.all(), lambda letter: letter.language)


def _leave_out(gone: Forgotten, told: QuerySet[Any], language: Callable[[Any], str]) -> int:
    changed = []
    rows: QuerySet[Any] = told.annotate(text=Cast("values", TextField())).filter(gone.mentions("text"))
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        with translation.override(language(row)):
            values = gone.left_out(row.values)
        if values != row.values:
            row.values = values
            changed.append(row)
    told.model._default_manager.bulk_update(changed, ["values"], batch_size=BATCH)
    return len(changed)
