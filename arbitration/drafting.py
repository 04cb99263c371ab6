"""What a judge drafts of a decision, as it is kept and as it is checked: no rows, no clock."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils import translation

from claims.intake import read_text
from claims.requirements import MARKED, Reason, Requirement
from claims.rules.findings import Finding

MOST_SCORE = 3
LONGEST_RATIONALE = 8000
LONGEST_LETTER = 4000
MOST_KEYS = 500  # of partners or lines: more than any case has
LANGUAGES = ("en", "es")
KEY = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
CITE = re.compile(r"\b(?P<party>[A-Z]{2}\d*)-(?P<letter>[A-Z]{1,2})(?: p\. (?P<first>\d{1,4})(?:-(?P<last>\d{1,4}))?)?")


@dataclass(frozen=True)
class Content:
    """The draft of a decision. Keys are texts, as JSON has them.

    `upheld` is the key of a partner, 0 where none is chosen; `scores`: partner → requirement → 0 to 3; `reasons`:
    line → why it is refused; `letters`: partner → what it will read.
    """

    upheld: int = 0
    scores: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    rationale: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def read_content(kept: Any) -> Content:
    """The content that was kept or sent; what makes no sense is left out. Texts are as they were typed: see `tidy`."""
    found = kept if isinstance(kept, Mapping) else {}
    upheld = found.get("upheld")
    return Content(
        upheld=upheld if isinstance(upheld, int) and not isinstance(upheld, bool) and 0 < upheld < 2**31 else 0,
        scores={
            party: {name: given[name] for name in map(str, MARKED) if _is_score(given.get(name))}
            for party, given in _keyed(found.get("scores"))
            if isinstance(given, Mapping)
        },
        reasons={line: reason for line, reason in _keyed(found.get("reasons")) if reason in tuple(Reason.values)},
        rationale=_text(found.get("rationale")),
        letters={party: _text(words) for party, words in _keyed(found.get("letters"))},
    )


def tidy(content: Content, partners: Collection[int]) -> tuple[Content, list[Finding]]:
    """The content as it is stored: of these partners alone, its texts as comments are; and what cannot be stored.

    The findings are `invalid`, with fields such as `rationale` and `letters.<partner>`: too long, or with signs that
    no text has.
    """
    keys = {str(partner) for partner in partners}
    rationale, faults = _readable(content.rationale, "rationale", LONGEST_RATIONALE)
    letters = {}
    for key in (key for key in content.letters if key in keys):
        letters[key], wrong = _readable(content.letters[key], f"letters.{key}", LONGEST_LETTER)
        faults += wrong
    scores = {key: given for key, given in content.scores.items() if key in keys}
    return replace(content, scores=scores, rationale=rationale, letters=letters), faults


def _readable(text: str, path: str, longest: int) -> tuple[str, list[Finding]]:
    read, faults = read_text(text, path, longest)
    return read, [fault for fault in faults if fault.code != "required"]


def _keyed(value: Any) -> list[tuple[str, Any]]:
    """What belongs to a key of the database each, not more than there can be."""
    rows = value.items() if isinstance(value, Mapping) else ()
    return [(key, inner) for key, inner in rows if isinstance(key, str) and KEY.fullmatch(key)][:MOST_KEYS]


def _text(value: Any) -> str:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _is_score(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_SCORE


def handles(parties: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Two capital letters for each party, by its key, from its name; a number follows where two would be alike.

    A rationale cites a document by it: *HC-B p. 3* is page 3 of document B of Halden Cloud Works.
    """
    found: dict[int, str] = {}
    for key, name in parties:
        words = [word for word in re.findall(r"[A-Za-z]+", name) if len(word) > 1] or ["PP"]
        short = (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()
        same = sum(handle.rstrip("0123456789") == short for handle in found.values())
        found[key] = f"{short}{same + 1}" if same else short
    return found


@dataclass(frozen=True)
class Cited:
    """What a rationale stands on: requirements that it names, cites that are right, and texts that are not."""

    requirements: frozenset[str]
    places: tuple[str, ...]
    wrong: tuple[str, ...]


def cited(rationale: str, documents: Mapping[tuple[str, str], int | None]) -> Cited:
    """Reads the cites of a rationale. `documents`: (handle, letter) → number of pages, None where it has none."""
    places: list[str] = []
    wrong: list[str] = []
    for match in CITE.finditer(rationale):
        pages = documents.get((match["party"], match["letter"]), -1)
        last = int(match["last"] or match["first"] or 1)
        known = pages != -1
        inside = pages is None or 1 <= int(match["first"] or 1) <= last <= (pages or 1)
        # A document with pages is cited by one of them.
        paged = match["first"] is not None or pages in (None, 1)
        (places if known and inside and paged else wrong).append(match[0])
    return Cited(frozenset(_named(rationale)), tuple(dict.fromkeys(places)), tuple(dict.fromkeys(wrong)))


def _named(rationale: str) -> Collection[str]:
    """The requirements that a text calls by their names, in any of our languages."""
    named = set()
    for language in LANGUAGES:
        with translation.override(language):
            named |= {str(one) for one in Requirement if _calls(rationale, str(one.label))}
    return named


def _calls(text: str, name: str) -> bool:
    """Whether the text calls something by its name.

    At the start of a line, or before a colon, in whatever letters; elsewhere as it is written: "Dates" names the
    requirement, "with its dates" does not.
    """
    flags = re.IGNORECASE | re.MULTILINE
    return bool(
        re.search(rf"\b{re.escape(name)}\b", text)
        or re.search(rf"^[\W\d_]*{re.escape(name)}\b", text, flags)
        or re.search(rf"\b{re.escape(name)}\W?\s*:", text, flags)
    )
