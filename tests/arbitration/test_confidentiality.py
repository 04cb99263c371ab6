"""What no partner may learn of another: canaries in all that each says, and bytes that stay when only others act.

The whole life of a case between companies, and after each act everything that each of their people can read. Design,
section 8: a party learns of a decision, of what it is asked, of its own review date; a later filer, that another is heard.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import time_machine
from django.db.models import F
from django.test import Client
from django.utils import timezone

from arbitration.actions.sweep import sweep_cases
from claims.actions.consent import link_of
from claims.actions.sweep import sweep
from claims.models import Claim, Consent, Party
from claims.requirements import Requirement
from events.log import faults
from events.models import Notification
from events.outbox import deliver_due
from tests.arbitration.canaries import CUSTOMER, OPERATOR, Canary, canaries, companies, reader, strangers_in
from tests.arbitration.crawl import (
    Read,
    Reader,
    addresses,
    customers_pages,
    filled,
    mails_to,
    read_of,
    values_of,
)
from tests.arbitration.given import (
    agree_to_revoke,
    answer_party,
    ask_parties,
    case_of,
    decide,
    decision,
    dispute,
    filed,
    firms,
    look_at,
    revoke,
    second,
    second_lead,
    send_back,
)
from tests.claims.given import events_of, stored, told
from tests.claims.test_consent import ENDS
from tests.claims.test_decide import approve, check
from tests.claims.test_sweep import REMINDER
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.scenes import drawn_once
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

FILED = ENDS + timedelta(hours=12)  # A's customer has let its time pass
LATE = FILED + timedelta(days=8)  # B's and C's review dates have passed, and the time to answer
HOW_MANY = re.compile(
    rb"\b(?:\d+|two|three|four|five|several|many|both|other|all|rival|competing)\s+(?:other\s+)?"
    rb"(?:partners|parties|companies|rivals|claimants|competitors)\b|\bof both\b",
    re.IGNORECASE,
)
DRAFTS, NOTHING = re.compile(r"/edit/|/check/|/proof/|/claims/.*/support/"), re.compile(r"(?!)")


@dataclass
class Story:
    """Companies, all that each of them reads, and what they have read last."""

    world: World
    parties: list[Canary]
    readers: dict[str, Reader] = field(default_factory=dict)
    seen: dict[str, dict[str, Read]] = field(default_factory=dict)
    mails: dict[str, list[bytes]] = field(default_factory=dict)
    late: str = ""

    def everything(self, one: Canary, *, wide: bool) -> dict[str, Read]:
        """All that the company's person and its customer read now."""
        own = self.readers.setdefault(one.mark, reader(self.world, one))
        pages = own.crawl(wide=wide)
        for claim in own.own():
            pages |= customers_pages(claim)
        return pages

    def look(self, *, wide: bool = False, settled: bool = True) -> None:
        """Everybody reads everything; nobody finds a word of another."""
        if settled:
            settle()
        for one in self.parties:
            self.seen[one.mark] = self.everything(one, wide=wide)
            self.mails[one.mark] = mails_to(self.readers[one.mark].address)
            self.clean(one)

    def clean(self, one: Canary) -> None:
        """No canary and no secret of another stands in what the company was given, nor how many others there are."""
        secrets = {secret for other in self.parties if other != one for secret in other.secrets()}
        given = {path: read.all_bytes for path, read in self.seen[one.mark].items()}
        given |= {f"mail {number}": mail for number, mail in enumerate(self.mails[one.mark])}
        for path, text in given.items():
            assert strangers_in(text, one) == set(), path
            assert [secret for secret in secrets if secret in text] == [], path
            if not path.startswith(("/api/v1/schema", "/help/")):  # what they say of cases is the same for everybody
                assert HOW_MANY.findall(text) == [], path

    @contextmanager
    def act(self, *noticed: Canary, drafts: bool = False) -> Iterator[None]:
        """Something happens that these companies may notice; nobody else can tell, by any byte.

        `drafts`: that somebody holds the unit now, or no longer, is said in drafts.
        """
        before, mails = dict(self.seen), dict(self.mails)
        yield
        self.look()
        for one in self.parties:
            if one in noticed:
                continue
            assert self.mails[one.mark] == mails[one.mark], one.mark
            moved = self.moved(one, before[one.mark], drafts=drafts)
            assert not moved, f"{one.mark}: {moved}"

    def moved(self, one: Canary, before: dict[str, Read], *, drafts: bool) -> list[str]:
        """The addresses that answer the company otherwise than before."""
        now, moves = self.seen[one.mark], self.readers[one.mark].moves
        allowed = DRAFTS if drafts else NOTHING
        changed = {path for path in {*before, *now} if before.get(path) != now.get(path)}
        return sorted(path for path in changed if moves(path) and not allowed.search(path))


def settle() -> None:
    """All that is due is done, and all mails leave."""
    now = timezone.now()
    for _ in range(2):
        sweep(now=now)
        sweep_cases(now=now)
        deliver_due(now=now)


@pytest.fixture
def story(world: World) -> Iterator[Story]:
    """Three companies that will meet; a fourth may come later."""
    with drawn_once():
        yield Story(world, companies(world)[:3])


def test_nobody_learns_of_another_by_any_byte(story: Story) -> None:
    a, b, c = story.parties
    ours = {one: one.begun() for one in story.parties}
    c.begun(activity="presales")
    story.look(wide=True)
    story.look()  # what the first one was told by a page is gone
    first_holds(story, a, ours[a])
    with time_machine.travel(FILED, tick=False):
        story.look()
        others_file(story, ours)
        case_is_looked_at(story, ours)
        parties_are_heard(story, ours)
    with time_machine.travel(LATE, tick=False):
        story.look(settled=False)
        with story.act(b, c):  # their own review dates have passed, and C has not answered
            settle()
        second_wins(story, ours)
        somebody_comes_late(story)
        losers_dispute(story, ours)
        winner_is_declined(story, ours)
        holder_is_revoked(story, ours)
        story.look(wide=True)
    assert list(faults()) == []


def first_holds(story: Story, a: Canary, reference: str) -> None:
    """A's claim is approved while B and C are drafting theirs."""
    world = story.world
    with story.act(a):
        say(world, a, f"claims/{reference}/submit/")
        assert take(world, NADIA, reference).status_code == 200
    with story.act():
        looked_at(world, NADIA, reference, words=f"{OPERATOR} words")
    with story.act(a, drafts=True):
        assert approve(world, NADIA, reference).status_code == 200


def others_file(story: Story, ours: dict[Canary, str]) -> None:
    """B and C file for what A holds; B, who came earlier, cannot tell that C has come."""
    _a, b, c = story.parties
    for one in (b, c):
        with story.act(one):
            say(story.world, one, f"claims/{ours[one]}/submit/")
            assert take(story.world, NADIA if one == b else LEAD, ours[one]).status_code == 200


def case_is_looked_at(story: Story, ours: dict[Canary, str]) -> None:
    """The operator's people look, write notes and drafts, finish a review, and are refused words that name another."""
    world = story.world
    a, b, c = story.parties
    pk = case_of(ours[a]).pk
    with story.act():
        for one in story.parties:
            note = {"body": f"{OPERATOR} note on {one.name}"}
            assert world.api(PIETER).send("POST", f"claims/{ours[one]}/notes/", note).status_code == 201
            for page in ("review/", "review/looking/"):
                assert world.web(LEAD).get(f"/claims/{ours[one]}/{page}").status_code == 200
        looked_at(world, NADIA, ours[b])
        looked_at(world, PIETER, ours[c])
        assert world.api(NADIA).send("POST", f"claims/{ours[b]}/record-review/").status_code == 200
        assert world.web(PIETER).get(f"/review/cases/{pk}/").status_code == 200
        kept = {"rationale": f"{OPERATOR} draft", f"letter-{b.pk}": f"To {a.name}"}
        assert world.web(PIETER).post(f"/review/cases/{pk}/draft/", kept).status_code == 302
        named = f"What do you say to {a.name}?"
        assert ask_parties(world, NADIA, pk, b.firm, body=named).status_code == 400
        assert world.api(NADIA).send("POST", f"claims/{ours[c]}/comments/", {"body": named}).status_code == 400


def parties_are_heard(story: Story, ours: dict[Canary, str]) -> None:
    """Each is asked by itself; of A's question B and C read that the present partner is heard."""
    world = story.world
    a, b, c = story.parties
    pk = case_of(ours[a]).pk
    for asked in ((c,), (a, b)):
        with story.act(*(asked if a not in asked else story.parties)):
            for one in asked:
                answer = ask_parties(world, NADIA, pk, one.firm, body=f"{one.mark}question: what is newest?")
                assert answer.status_code == 200, answer.json()
    with story.act(a):
        a.added(ours[a], "answer")
        assert answer_party(world, a.firm, ours[a], f"{a.mark}answer").status_code == 200
    with story.act(b):
        assert answer_party(world, b.firm, ours[b], f"{b.mark}answer").status_code == 200
        say(world, b, f"claims/{ours[b]}/comments/", {"body": f"{b.mark}comment"})


def second_wins(story: Story, ours: dict[Canary, str]) -> None:
    """B is proposed, returned, proposed again in words that name nobody, and seconded."""
    world = story.world
    a, b, c = story.parties
    pk = case_of(ours[a]).pk
    with story.act():
        proposed(world, pk, b)
        assert send_back(world, NADIA, pk, f"{OPERATOR} look again").status_code == 200
        letters = {str(one.pk): f"{a.name} had better proof." for one in story.parties}
        assert decide(world, PIETER, pk, b.firm, letters=letters).status_code == 400
        proposed(world, pk, b)
    with story.act(a, b, c, drafts=True):
        assert second(world, NADIA, pk).json()["state"] == "decided"


def somebody_comes_late(story: Story) -> None:
    """D files, and withdraws later: nobody can tell."""
    late = canaries(story.world)[3]
    with story.act():
        story.late = late.begun()
        say(story.world, late, f"claims/{story.late}/submit/")


def losers_dispute(story: Story, ours: dict[Canary, str]) -> None:
    """A and C dispute, each for itself; another judge hears B, who holds now: A has not read that before, C has."""
    world = story.world
    a, b, c = story.parties
    for one in (a, c):
        with story.act(one):
            answer = dispute(world, one.firm, ours[one], body=f"{one.mark}justification")
            assert answer.status_code == 200, answer.json()
            assert strangers_in(answer.content, one) == set()
    with story.act(a, b):
        say(world, canaries(world)[3], f"claims/{story.late}/withdraw/")
        looked_at(world, LEAD, ours[a])
        looked_at(world, LEAD, ours[c])
        asked = ask_parties(world, LEAD, case_of(ours[a]).pk, b.firm, body=f"{b.mark}question again")
        assert asked.status_code == 200, asked.json()


def winner_is_declined(story: Story, ours: dict[Canary, str]) -> None:
    """B's customer declines: A holds again, and C, whose dispute goes on, cannot tell."""
    a, b, _c = story.parties
    with story.act(a, b):
        consent = Consent.objects.filter(claim__reference=ours[b]).latest("pk")
        assert Client().post(link_of(consent), {"words": f"{CUSTOMER} words"}).status_code == 302
    assert [stored(ours[one]).state for one in story.parties] == ["approved", "rejected", "disputed"]


def holder_is_revoked(story: Story, ours: dict[Canary, str]) -> None:
    """Two leads take A's approval back: nobody sees the first one, and C not even the second."""
    a, _b, c = story.parties
    lead = second_lead(story.world)
    with story.act():
        assert revoke(story.world, LEAD, ours[a], body=f"{a.mark}revoked").status_code == 200
    with story.act(a, drafts=True):
        assert agree_to_revoke(story.world, lead, ours[a]).status_code == 200
    assert (case_of(ours[c]).state, stored(ours[c]).state) == ("closed", "disputed")


def proposed(world: World, pk: int, upheld: Canary) -> None:
    """Pieter proposes to uphold this company; each party's letter holds a word of its own."""
    letters = {str(one.pk): f"{one.mark}letter: we looked at all that was proved." for one in companies_in(world, pk)}
    given = decision(world, PIETER, pk, upheld.firm, letters=letters)
    given["rationale"] += f" {OPERATOR} rationale"
    answer = world.api(PIETER).send("POST", f"cases/{pk}/decide/", given)
    assert answer.json().get("state") == "proposed", answer.json()


def companies_in(world: World, pk: int) -> list[Canary]:
    """The parties of a case."""
    names = set(Party.objects.filter(case=pk).values_list("partner__name", flat=True))
    return [one for one in canaries(world) if one.name in names]


def looked_at(world: World, who: str, reference: str, **more: Any) -> None:
    """All that the claim's line needs is found on page 1 of its first document."""
    answer = check(world, who, reference, found_of(reference), **more)
    assert answer.status_code == 200, answer.json()


def found_of(reference: str) -> list[dict[str, Any]]:
    """Checks of all requirements, each met by page 1 of the claim's first document."""
    place = [{"evidence": stored(reference).evidence.earliest("position").key, "pages": "1"}]
    return [{"requirement": str(one), "met": True, "cites": place} for one in Requirement]


def say(world: World, one: Canary, path: str, body: Any = None) -> Any:
    """A company's own post, whose answer tells nothing of another either."""
    answer = world.api(one.who).send("POST", path, body)
    assert answer.status_code in {200, 201}, answer.content
    assert strangers_in(answer.content, one) == set()
    return answer


def test_the_crawl_notices_a_version_that_moves(story: Story) -> None:
    a, b = story.parties = story.parties[:2]  # enough to meet
    references = [one.begun() for one in (a, b)]
    for one, reference in zip((a, b), references, strict=True):
        say(story.world, one, f"claims/{reference}/submit/")
    story.look(wide=True)
    story.look()
    with pytest.raises(AssertionError, match=f"claims/{references[0]}/"), story.act(b):
        Claim.objects.filter(reference=references[0]).update(version=F("version") + 1)


def test_anothers_claim_and_none_at_all_are_one_answer_at_every_address(story: Story) -> None:
    a, b, _c = story.parties
    reference = a.begun()
    say(story.world, a, f"claims/{reference}/submit/")
    theirs, own = stored(reference), reader(story.world, b)
    routes = [route for route in addresses() if "reference" in route]
    for method in ("get", "post"):
        for route in routes:
            for path in filled(route, values_of(theirs)):
                client = own.program if path.startswith("/api/") else own.browser
                answers = [getattr(client, method)(one) for one in (path, path.replace(reference, "CP-0000-0000"))]
                there, nowhere = [read_of(answer) for answer in answers]
                assert there.status >= 300, (method, path)
                assert there.all_bytes.replace(reference.encode(), b"CP-0000-0000") == nowhere.all_bytes, (method, path)


def without(text: bytes, typed: str) -> bytes:
    """A page without what was typed for it, however it repeats that; a cursor is cut at twelve characters."""
    for shown in (typed, quote(typed), quote_plus(typed), typed[:12], quote_plus(typed[:12])):
        text = text.replace(shown.encode(), b"")
    return text


def test_a_search_for_anothers_words_finds_what_a_search_for_nothing_finds(story: Story) -> None:
    a, b, _c = story.parties
    for one in (a, b):
        say(story.world, one, f"claims/{one.begun()}/submit/")
    own = reader(story.world, b)
    words = [secret.decode() for secret in a.secrets()]
    words += [a.name, *(f"{a.mark}{word}" for word in ("project", "domain.example", "contact", "file.pdf", "isv"))]
    for path in ("claims/?q=", "claims/?after=", "claims/?mpn=", "associations/?after=", "messages/?before="):
        for word in words:
            nothing = re.sub("(?<!^)[a-z]", "f", re.sub("[0-9]", "7", word))
            texts = [without(own.get(f"/{path}{quote(text)}").all_bytes, text) for text in (word, nothing)]
            assert texts[0] == texts[1], (path, word)


def test_the_history_of_a_claim_whose_review_is_finished_goes_on_as_that_of_any_other(world: World) -> None:
    a, b = firms(world, 2)
    references = filed(world, a), filed(world, b)
    for reference in references:
        assert take(world, NADIA, reference).status_code == 200
    look_at(world, NADIA, references[0])
    assert world.api(NADIA).send("POST", f"claims/{references[0]}/record-review/").status_code == 200
    Notification.objects.all().delete()
    sweep(now=REMINDER)
    reminded = [("claim.reminded", {}) in events_of(stored(reference).subject) for reference in references]
    assert reminded == [True, True]
    assert [who for who, kind in told() if kind == "review_due"] == [NADIA, PIETER, LEAD]  # of the other one
