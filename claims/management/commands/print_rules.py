"""Prints every code of a claim's rules into `docs/rules.md`, and with `--check` says whether the file still holds."""

import textwrap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from claims.help.places import plain, sentence
from claims.requirements import REASON_OF, Reason
from claims.rules.order import GROUPS, SAID_IN_USE, Group, Rule
from claims.rules.texts import TEXTS

HEAD = """\
# Rules of a claim

Printed by `manage.py print_rules` from `claims/rules/texts/` and `claims/rules/order.py`; do not edit by hand.

Pre-flight, the form and submission run the same rules and give all findings at once. An **error** keeps a claim from
being sent; a **warning** is to be known before. A code never changes its meaning; its words may. *After* names the
rules that must not have failed for this one to be checked; ‹words› stand for values.

Beside these, a company that asks about more than 30 new customers in an hour, or more than 300 products and
subscriptions of one tenant, is answered 429 `lookup_limit` with `Retry-After`.

The page *Help* (`/help/`) has the same words in the reader's language, searchable, with what is asked around them. Its
anchors are the codes, of rules and reasons alike: `/help/#mpn_not_enrolled`.
"""


class Command(BaseCommand):
    """Writes the document, or compares it."""

    help = "Print the rules of a claim into docs/rules.md; with --check, fail where that file differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declares `--check` and `--file`."""
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where the file differs")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "docs" / "rules.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where the file differs and was only to be checked."""
        file, text = options["file"], document()
        same = file.is_file() and file.read_text(encoding="utf-8") == text
        if options["check"]:
            if not same:
                raise CommandError(f"{file.name} is not what the rules say. Run manage.py print_rules.")
            return
        if not same:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.stdout.write(f"{file.name}: {len(TEXTS)} codes, {'as before' if same else 'written'}.")


def document() -> str:
    """The whole document, in English."""
    with override("en"):
        return HEAD + "".join(_group(group) for group in (*GROUPS, *SAID_IN_USE)) + _reasons()


def _reasons() -> str:
    """Why a line is refused or ended."""
    of = {reason: f" Where *{requirement.label}* is not met." for requirement, reason in REASON_OF.items()}
    about = "The `reason` of a line that is refused or ended: a closed list."
    items = (_wrapped(f"- `{reason}`: {reason.label}.{of.get(reason, '')}") for reason in Reason)
    return f"\n## Reasons\n\n{about}\n\n" + "\n".join(items) + "\n"


def _group(group: Group) -> str:
    return f"\n## {group.title}\n\n{_wrapped(str(group.about))}\n" + "".join(_rule(rule) for rule in group.rules)


def _rule(rule: Rule) -> str:
    text = TEXTS[rule.code]
    after = ", ".join(f"[`{code}`](#{code})" for code in rule.after)
    facts = [f"**{text.severity}**", f"can act: {text.who.label}", *([f"after {after}"] if after else [])]
    parts = [
        " · ".join(facts),
        f"*{sentence(text.title)}* {' Or: '.join(map(plain, text.messages()))} {plain(text.remedy)}",
        str(rule.when),
    ]
    return f"\n### `{rule.code}`\n\n" + "\n\n".join(_wrapped(part) for part in parts if part) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, width=118, break_long_words=False, break_on_hyphens=False)
