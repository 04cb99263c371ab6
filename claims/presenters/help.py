"""The page *Help*: questions and answers, every code with its words, and what of them somebody searches for."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import override

from claims.dates import business_days
from claims.help.afterwards import AFTERWARDS
from claims.help.filing import FILING
from claims.help.places import plain, sentence
from claims.help.reasons import AFTER
from claims.help.topic import Topic
from claims.models import Policy
from claims.presenters.support import PROBLEMS
from claims.requirements import MENDED_BY, REASON_OF, Reason
from claims.rules.order import GROUPS, PACE, SAID_IN_USE, Group, Rule
from claims.rules.texts import TEXTS, Severity

LOOKUP_LIMIT = "lookup_limit"
TOPICS = {topic.slug: topic for topic in (*FILING, *AFTERWARDS)}
RULES_BEFORE_SENDING = frozenset(rule.code for group in GROUPS for rule in group.rules)
REQUIREMENT_OF = {reason: requirement for requirement, reason in REASON_OF.items()}
# Every code that has its entry on the page.
CODES = frozenset({*TEXTS, *Reason.values, LOOKUP_LIMIT})
QUESTIONS = 2  # sections of them come first
LONGEST_QUERY = 100
MOST_WORDS = 8

BEGIN = r"(?<![^\W_])"  # of a word: between letters it would be found in far too much


@dataclass(frozen=True)
class Entry:
    """One answer, or one code, in the active language: `facts` stand below its title, `points` are term and words.

    `also` are pairs of anchor and title of entries to read on.
    """

    anchor: str
    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    code: str = ""

    @property
    def words(self) -> str:
        """All that is searched."""
        points = (word for point in self.points for word in point)
        return " ".join((self.title, self.code, *self.facts, *self.paragraphs, *points))


@dataclass(frozen=True)
class Section:
    """Entries about one thing."""

    anchor: str
    title: str
    about: str
    entries: tuple[Entry, ...]


def values_of(policy: Policy) -> dict[str, Any]:
    """What fills the places of the answers: lengths and limits of a policy, in the active language."""
    return {
        "review": business_days(policy.review_business_days),
        "answer": business_days(policy.answer_business_days),
        "case": business_days(policy.case_business_days),
        "judged": business_days(policy.dispute_business_days),
        "contact": business_days(policy.contact_business_days),
        "consent_days": policy.consent_days,
        "dispute_days": policy.dispute_days,
        "months": policy.evidence_months,
        "customers": policy.new_customers_per_hour,
        "probes": policy.probes_per_tenant_and_hour,
    }


def sections(policy: Policy) -> list[Section]:
    """The whole page in the active language."""
    values = values_of(policy)
    return [
        Section("before", _("Before you send"), _("What to choose, and where it stands"), _answers(FILING, values)),
        Section(
            "after", _("After you have sent"), _("What happens, and what you can do"), _answers(AFTERWARDS, values)
        ),
        *(_rules(group, values) for group in (*GROUPS, *SAID_IN_USE)),
        Section(
            "reasons",
            _("Reasons"),
            _("Why a product was refused, or what was approved has ended"),
            tuple(_reason(reason, values) for reason in Reason),
        ),
    ]


def _answers(topics: Iterable[Topic], values: Mapping[str, Any]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            topic.slug,
            str(topic.title),
            tuple(str(paragraph) % values for paragraph in topic.paragraphs),
            points=tuple((str(term), str(words) % values) for term, words in topic.points),
            also=tuple((code, title_of(code)) for code in topic.codes),
        )
        for topic in topics
    )


def _rules(group: Group, values: Mapping[str, Any]) -> Section:
    entries = [_rule(rule) for rule in group.rules]
    if group is PACE:
        entries.append(_lookup_limit(values))
    return Section(group.slug, str(group.title), _bare(group.about), tuple(entries))


def _rule(rule: Rule) -> Entry:
    text = TEXTS[rule.code]
    facts = [_("Can act: %(who)s") % {"who": text.who.label}]
    if rule.code in RULES_BEFORE_SENDING:
        error = text.severity == Severity.ERROR
        facts.insert(0, _("keeps a claim from being sent") if error else _("to be known before sending"))
    others = [plain(message) for message in text.messages()[1:]]
    paragraphs = (f"{plain(text.message)} {plain(text.remedy)}", *others, _bare(rule.when))
    said = tuple(paragraph for paragraph in paragraphs if paragraph)
    return Entry(rule.code, title_of(rule.code), said, tuple(facts), also=_topics_of(rule.code), code=rule.code)


def _reason(reason: Reason, values: Mapping[str, Any]) -> Entry:
    if reason in AFTER:
        said = str(AFTER[reason])
    else:
        remedy = str(MENDED_BY[REQUIREMENT_OF[reason]]) % values
        said = _("What would mend it: %(remedy)s. Dispute the decision with that, or send a new claim.")
        said %= {"remedy": remedy}
    also = dict((*_topics_of(reason), *_topics([TOPICS["disputes"]])))
    return Entry(reason.value, f"{reason.label}.", (said,), also=tuple(also.items()), code=reason.value)


def _lookup_limit(values: Mapping[str, Any]) -> Entry:
    said = _(
        "A company looks up at most %(customers)s new customers an hour, and %(probes)s products and subscriptions of"
        " one customer, so that nobody can search for customers here. What you typed is kept. Go on in an hour, or"
        " tell support if your work needs more."
    )
    also = _topics_of(LOOKUP_LIMIT)
    return Entry(LOOKUP_LIMIT, title_of(LOOKUP_LIMIT), (said % values,), also=also, code=LOOKUP_LIMIT)


def title_of(code: str) -> str:
    """What an entry of a code is called."""
    if code in TEXTS:
        return sentence(TEXTS[code].title)
    return f"{Reason(code).label}." if code in Reason.values else str(PROBLEMS[code])


def _topics_of(code: str) -> tuple[tuple[str, str], ...]:
    return _topics(topic for topic in TOPICS.values() if code in topic.codes)


def _topics(topics: Iterable[Topic]) -> tuple[tuple[str, str], ...]:
    return tuple((topic.slug, str(topic.title)) for topic in topics)


def _bare(text: Any) -> str:
    """A text without the marks that the printed document has for code."""
    return str(text).replace("`", "")


# --- searching


def words_of(query: str) -> list[str]:
    """What is searched for: the first words of a query, folded."""
    return list(dict.fromkeys(_folded(query[:LONGEST_QUERY]).split()))[:MOST_WORDS]


def found(words: Sequence[str], policy: Policy) -> list[Section]:
    """The sections with only those entries in which every word begins one, in whatever language; it is marked.

    Without words everything.
    """
    shown = sections(policy)
    if not words:
        return shown
    said: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for section in sections(policy):
                for entry in section.entries:
                    said[entry.anchor] = f"{said.get(entry.anchor, '')} {_folded(entry.words)}"
    fit = {anchor for anchor, text in said.items() if all(re.search(BEGIN + re.escape(word), text) for word in words)}
    narrowed = [
        dataclasses.replace(
            section, entries=tuple(_marked(entry, words) for entry in section.entries if entry.anchor in fit)
        )
        for section in shown
    ]
    return [section for section in narrowed if section.entries]


def _marked(entry: Entry, words: Sequence[str]) -> Entry:
    return dataclasses.replace(
        entry,
        title=marked(entry.title, words),
        code=marked(entry.code, words),
        facts=tuple(marked(fact, words) for fact in entry.facts),
        paragraphs=tuple(marked(paragraph, words) for paragraph in entry.paragraphs),
        points=tuple((marked(term, words), marked(said, words)) for term, said in entry.points),
    )


def marked(text: str, words: Sequence[str]) -> str:
    """The text as HTML, with `<mark>` around the beginnings that are one of the folded words."""
    places = [place for place, letter in enumerate(text) for _letter in _folded(letter)]
    folded = "".join(_folded(letter) for letter in text)
    longest_first = sorted(words, key=len, reverse=True)
    parts, done = [], 0
    for match in re.finditer("|".join(BEGIN + re.escape(word) for word in longest_first), folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        parts.append((text[done:start], text[start:end]))
        done = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[done:])


def _folded(text: str) -> str:
    """Small letters without accents, for comparing."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
