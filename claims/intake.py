"""From whatever was sent to a claim's content: one shape for form, API and import, every malformed value named.

Pure: nothing here looks anything up. What cannot be read becomes a finding, and the value
before it stays.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from claims.rules.findings import Finding

MAX_LINES = 50
COMMENT_LENGTH = 4000
WORDS_LENGTH = 2000
LENGTHS = {
    "name": 120,
    "mpn_id": 16,
    "tenant_id": 64,
    "domain": 253,
    "solution_area": 32,
    "activity": 32,
    "product": 64,
    "subscription_id": 64,
    "title": 120,
    "email": 254,
    "language": 8,
    "solution_seller": 120,
    "isv_solution": 120,
}
# What cannot be read in these fields is none of what they ask for, whatever else it is; elsewhere it is `invalid`.
UNREADABLE = {"tenant_id": "tenant_id_invalid", "domain": "domain_invalid", "email": "email_invalid"}
# Enough for any number typed without quotes; longer ones take long to write out.
LONGEST_NUMBER = 512
# What nobody sees, and what turns the direction or the line of the text around it.
INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c\u2028\u2029"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)
TURNING = {code: None for code in INVISIBLE if code not in map(ord, "\u200c\u200d")}  # these two shape words, and emoji
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
HEXADECIMAL = re.compile(r"[0-9a-f]+", re.ASCII)
# "p. 4", "4-6", "4 – 6" or nothing
PAGES = re.compile(r"(?:pp?\.? ?)?(?:(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?)?", re.ASCII | re.IGNORECASE)
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
# A domain as browsers show it: with a scheme, with www and with a path, or without any of these
ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.(?=[^.]+\.[^.]))?([^\s/?#@:]*[^\s/?#@:.])\.?(?:[/?#][^\s@]*)?", re.IGNORECASE
)
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^@\s]+)", re.ASCII)


@dataclass(frozen=True)
class LineContent:
    """One product or workload; `subscription_id` as typed, empty where none was."""

    product: str = ""
    subscription_id: str = ""


@dataclass(frozen=True)
class Contact:
    """A person at the customer or the partner; the language to write in, of the customer's contact alone."""

    name: str = ""
    title: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True)
class ClaimContent:
    """What a partner says in a claim, as typed, trimmed. Empty text stands for what is missing."""

    name: str = ""
    mpn_id: str = ""
    tenant_id: str = ""
    domain: str = ""
    solution_area: str = ""
    activity: str = ""
    lines: tuple[LineContent, ...] = ()
    customer_contact: Contact = field(default_factory=Contact)
    technical_contact: Contact = field(default_factory=Contact)
    partner_contact: Contact = field(default_factory=Contact)
    solution_seller: str = ""
    isv_solution: str = ""


TEXTS = tuple(f.name for f in fields(ClaimContent) if f.type is str)
# What is asked of each contact. Where no language is given, it is that of who sends the claim.
CONTACTS: Mapping[str, tuple[str, ...]] = {
    "customer_contact": ("name", "title", "email", "language"),
    "technical_contact": ("name", "title", "email"),
    "partner_contact": ("name", "email"),
}
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Intake:
    """What could be read, and a finding for each value that could not."""

    content: ClaimContent
    malformed: tuple[Finding, ...]


def matched(old: Sequence[LineContent], new: Sequence[LineContent]) -> dict[int, int]:
    """Which line of `old` stands behind which of `new`, by their places: the same, else one of the same product.

    A line whose product was not chosen yet is any; one whose product was replaced is another line.
    """
    free, found = dict(enumerate(old)), dict[int, int]()
    fits: tuple[Callable[[LineContent, LineContent], bool], ...] = (
        lambda before, line: before == line,
        lambda before, line: before.product == line.product,
        lambda before, _line: not before.product,
    )
    for fit in fits:
        for index, line in enumerate(new):
            place = next((place for place, before in free.items() if fit(before, line)), None)
            if index not in found and place is not None:
                found[index] = place
                del free[place]
    return found


def fingerprint(content: ClaimContent, names: Collection[str] | None = None) -> str:
    """A short digest of these fields, all of them by default: equal as long as nobody has changed one."""
    values = {name: value for name, value in asdict(content).items() if names is None or name in names}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def given(data: Mapping[str, Any]) -> frozenset[str]:
    """The fields of a claim that `data` says something about."""
    return frozenset(f.name for f in fields(ClaimContent) if f.name in data)


def read(data: Mapping[str, Any], *, onto: ClaimContent | None = None) -> Intake:
    """Reads a claim from decoded JSON or an unflattened form.

    A key that is absent keeps what `onto` says; None and empty text clear it. Unknown keys are ignored.
    """
    faults: list[Finding] = []
    base = onto or ClaimContent()
    texts = {name: _text(data[name], name, name, faults, keep=getattr(base, name)) for name in TEXTS if name in data}
    contacts = {name: _contact(data[name], name, getattr(base, name), faults) for name in CONTACTS if name in data}
    lines = _lines(data["lines"], faults, keep=base.lines) if "lines" in data else base.lines
    content = ClaimContent(
        **{**{f.name: getattr(base, f.name) for f in fields(base)}, **texts, **contacts, "lines": lines}
    )
    return Intake(content, tuple(faults))


def _text(value: Any, name: str, path: str, faults: list[Finding], keep: str = "") -> str:
    """The trimmed text; `keep`, what stood there before, where this cannot be stored."""
    if value is None:
        return ""
    code, limit = UNREADABLE.get(name, "invalid"), LENGTHS.get(name, 120)
    huge = isinstance(value, int) and value.bit_length() > LONGEST_NUMBER
    if isinstance(value, bool) or not isinstance(value, str | int) or huge:
        faults.append(Finding(code, path))
        return keep
    text = str(value)[: 10 * limit + 1].translate(INVISIBLE).strip()
    text = bare_domain(text) if name == "domain" else text
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in text) or len(text) > limit:
        faults.append(Finding(code, path, {"limit": str(limit)}))
        return keep
    return text


def _contact(value: Any, path: str, base: Contact, faults: list[Finding]) -> Contact:
    if value is None:
        return Contact()
    if not isinstance(value, Mapping):
        faults.append(Finding("invalid", path))
        return base
    given = {
        name: _text(value[name], name, f"{path}.{name}", faults, keep=getattr(base, name))
        for name in CONTACTS[path]
        if name in value
    }
    if given.get("language", "") not in ("", *LANGUAGES):
        faults.append(Finding("invalid", f"{path}.language"))
        del given["language"]
    return replace(base, **given)


def _lines(value: Any, faults: list[Finding], *, keep: tuple[LineContent, ...]) -> tuple[LineContent, ...]:
    """The lines; `keep`, those that stood there before, where these cannot be told apart or are too many."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_LINES:
        faults.append(Finding("invalid", "lines", {"limit": str(MAX_LINES)}))
        return keep
    lines = []
    for index, item in enumerate(value):
        path = f"lines.{index}"
        if not isinstance(item, Mapping):
            faults.append(Finding("invalid", path))
            item = {}  # noqa: PLW2901 - the line keeps its place, so that the paths of the others stay right
        before = keep[index] if index < len(keep) else LineContent()
        product = _text(item.get("product"), "product", f"{path}.product", faults, keep=before.product)
        subscription_id = _text(
            item.get("subscription_id"),
            "subscription_id",
            f"{path}.subscription_id",
            faults,
            keep=before.subscription_id,
        )
        lines.append(LineContent(product, subscription_id))
    return tuple(lines)


def read_text(value: Any, field: str, longest: int) -> tuple[str, tuple[Finding, ...]]:
    """A text of 1 to so many characters, with its line breaks and without what nobody sees; and what is wrong with it.

    The findings are `required` and `invalid`, at `field`; the text is empty then.
    """
    if value is None or value == "":
        return "", (Finding("required", field),)
    text = value.replace("\r\n", "\n").translate(TURNING).strip() if isinstance(value, str) else ""
    strange = any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in text)
    if not isinstance(value, str) or strange or len(text) > longest:
        return "", (Finding("invalid", field, {"limit": str(longest)}),)
    return text, () if text else (Finding("required", field),)


def read_comment(value: Any, field: str = "body") -> tuple[str, tuple[Finding, ...]]:
    """The text of a comment, 1 to 4,000 characters with its line breaks, and what is wrong with it."""
    return read_text(value, field, COMMENT_LENGTH)


def read_words(value: Any) -> str:
    """What somebody may say, or not, cut to 2,000 characters; nothing of it is refused, as it decides nothing."""
    text = value.replace("\r\n", "\n").translate(TURNING) if isinstance(value, str) else ""
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
    return kept.strip()[:WORDS_LENGTH].strip()


def read_pages(text: str) -> str | None:
    """A page, such as `4`, or a range, such as `2-3`, in one spelling; empty for none; None for anything else."""
    match = PAGES.fullmatch(text.strip())
    if not match:
        return None
    first, last = (int(number) if number else None for number in match.groups())
    if first is None or (last is not None and last < first) or first < 1:
        return "" if first is None else None
    return str(first) if last in (None, first) else f"{first}-{last}"


def within(pages: str, count: int | None) -> bool:
    """Whether pages that were marked are there; how many there are is known once the document is inspected."""
    last = pages.rpartition("-")[2]
    return not (last and count and int(last) > count)


def guid(text: str) -> str | None:
    """The GUID in lower case, or None: eight, four, four, four and twelve hexadecimal digits, hyphens between."""
    lowered = text.strip().lower()
    return lowered if GUID.fullmatch(lowered) else None


def guid_faults(text: str) -> dict[str, str]:
    """What can be said of a text that is no GUID: how many `digits` it has, or that its `groups` are not a GUID's."""
    digits = text.strip().lower().replace("-", "")
    if not HEXADECIMAL.fullmatch(digits):
        return {}
    return {"digits": str(len(digits))} if len(digits) != 32 else {"groups": ""}


def bare_domain(text: str) -> str:
    """The name in an address of the web that was pasted; what is none, or holds an @, stays as it is."""
    match = ADDRESS.fullmatch(text)
    return match[1] if match else text


def host(text: str) -> str | None:
    """The host name in lower case, a bare subdomain as `contoso.onmicrosoft.com`; None for anything else."""
    lowered = text.strip().lower().removesuffix(".")
    try:
        ascii_name = lowered.encode("idna").decode() if not lowered.isascii() else lowered
    except UnicodeError:
        return None
    if ascii_name and "." not in ascii_name:
        ascii_name += ".onmicrosoft.com"
    labels = ascii_name.split(".")
    if len(ascii_name) > 253 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    return ascii_name


def email_domain(text: str) -> str | None:
    """The domain of an e-mail address in lower case, or None where the text is no address."""
    match = EMAIL.fullmatch(text)
    if match is None or ".." in text or text.startswith(".") or ".@" in text or "." not in match[1]:
        return None
    return host(match[1])
