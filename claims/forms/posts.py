"""What a browser posts, as the API would have sent it."""

import re
from typing import Any

from django.http import QueryDict

from claims.forms.claim import TEXT_FIELDS
from claims.intake import CONTACTS, MAX_LINES

LINE_FIELD = re.compile(r"lines-(\d{1,3})-(product|subscription_id)")


def unflatten(post: QueryDict) -> dict[str, Any]:
    """A post as the API would send it. Controls that were not sent stay absent; empty lines at the end are dropped."""
    data: dict[str, Any] = {name: post[name] for name, *_rest in TEXT_FIELDS if name in post and "-" not in name}
    if "mpn_id" in post:
        data["mpn_id"] = post["mpn_id"]
    if "work" in post:
        area, _slash, activity = str(post["work"]).partition("/")
        data["solution_area"], data["activity"] = area, activity
    for contact, names in CONTACTS.items():
        parts = {part: post[f"{contact}-{part}"] for part in names if f"{contact}-{part}" in post}
        if parts:
            data[contact] = parts
    rows = [
        {"product": post.get(f"lines-{i}-product", ""), "subscription_id": post.get(f"lines-{i}-subscription_id", "")}
        for i in range(line_rows(post))
    ]
    while rows and not any(value.strip() for value in rows[-1].values()):
        rows.pop()
    if line_rows(post):
        data["lines"] = rows
    return data


def line_rows(post: QueryDict) -> int:
    """How many rows of products the post has, at most one more than can be kept."""
    indexes = [int(match[1]) for name in post if (match := LINE_FIELD.fullmatch(name))]
    return min(max(indexes, default=-1) + 1, MAX_LINES + 1)


def is_control(name: str) -> bool:
    """Whether a post's name is one of the form's controls."""
    return name in {"work", "mpn_id", *(known for known, *_rest in TEXT_FIELDS)} or bool(LINE_FIELD.fullmatch(name))
