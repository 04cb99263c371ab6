"""Policies in words: what holds, what differs from the one before, what a new one would govern."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from arbitration.forms.policy import WORDS
from claims import dates
from claims.models import Policy


def numbers(policy: Policy) -> list[dict[str, Any]]:
    """All that a policy says."""
    return [
        {"word": str(word), "hint": str(hint), "value": policy.numbers[name], "unit": str(unit)}
        for name, (word, hint, unit) in WORDS.items()
    ]


def changed(before: Mapping[str, int], after: Mapping[str, int]) -> list[dict[str, Any]]:
    """What differs."""
    return [
        {"word": str(word), "before": before[name], "after": after[name], "unit": str(unit)}
        for name, (word, _hint, unit) in WORDS.items()
        if before[name] != after[name]
    ]


def rows(policies: Sequence[Policy], today: date) -> dict[str, Any]:
    """Those to come, the soonest first; the one that holds; those that held before it, the latest first."""
    held = next(index for index, policy in enumerate(policies) if policy.valid_from <= today)
    entries = [
        {
            "pk": policy.pk,
            "day": dates.day_of_year(policy.valid_from),
            "changed": changed(policies[index + 1].numbers, policy.numbers) if index + 1 < len(policies) else [],
            "first": index + 1 == len(policies),
        }
        for index, policy in enumerate(policies)
    ]
    return {
        "coming": entries[:held][::-1],
        "now": {**entries[held], "numbers": numbers(policies[held])},
        "past": entries[held + 1 :],
    }
