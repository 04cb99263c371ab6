"""The desk of a case where it is decided: drafts, letters, proposals, what was returned and what was decided."""

import re

from arbitration.models import CaseDraft, Decision
from claims.models import Case, ClaimLine
from partners.models import User
from tests.arbitration.contest import answered, asked, checked, contest
from tests.arbitration.test_case_desk import desk, holder_of, proposed, row, words
from tests.claims.given import stored
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

AUDITOR, ADMIN = "hugo.brandt", "elena.ruiz"


def test_a_draft_is_shown_to_a_colleague_with_its_scores_and_what_it_cites(world: World) -> None:
    case, (first, second) = contest(world)
    checked(world, first)
    checked(world, second)
    partner = stored(second).partner_id
    content = {
        "upheld": partner,
        "scores": {str(partner): {"dates": 3, "work": 2}},
        "rationale": "Dates and Work described: BP-A p. 1, HC-A p. 2-3, HC-Z p. 9.",
        "letters": {str(partner): "My own words to them."},
    }
    CaseDraft.objects.create(case=case, content=content, by=world.person(PIETER), at=NOW)
    page = desk(world, case)
    assert row(page, "Score") == ["–", "5"]
    said = words(page)
    assert "Draft kept by Pieter Vos, Thu 19 Nov, 14:05; you can go on with it" in said
    assert "2 requirements named, 2 pages cited" in said
    assert "“HC-Z p. 9” names no page here" in said
    assert "Uphold Brightwater Partners It" not in said
    assert f'name="upheld" value="{partner}" checked' in page
    assert f'name="seen" id="seen" value="{NOW.isoformat()}"' in page
    assert "My own words to them." in page
    assert "Draft kept by you" in words(desk(world, case, PIETER))


def test_letters_are_drafted_from_the_choice_and_name_no_other_party(world: World) -> None:
    case, (first, second) = contest(world)
    checked(world, first, unmet=("dates",))
    checked(world, second)
    content = {"upheld": stored(second).partner_id}
    CaseDraft.objects.create(case=case, content=content, by=world.person(NADIA), at=NOW)
    page = desk(world, case)
    texts = [words(text) for text in re.findall(r'name="letter-\d+"[^>]*>(.*?)</textarea>', page, re.DOTALL)]
    assert texts[1] == "We have decided on Dynamics 365 Sales at Alder Freight Lines: your claim is upheld."
    assert texts[0].startswith(
        "We have decided on Dynamics 365 Sales at Alder Freight Lines: your claim is not upheld."
        " Reason: Dates are missing or too old."
    )
    assert texts[0].endswith("an admin of your company can dispute it within 30 days.")
    assert "Brightwater" not in texts[0]
    assert "Halden" not in texts[1]
    assert ">Uphold Brightwater Partners</button>" in page


def test_each_letter_is_drafted_in_the_language_of_who_will_read_it(world: World) -> None:
    case, (first, second) = contest(world)
    checked(world, first, unmet=("dates",))
    checked(world, second)
    content = {"upheld": stored(second).partner_id}
    CaseDraft.objects.create(case=case, content=content, by=world.person(NADIA), at=NOW)
    User.objects.filter(pk__in=[stored(first).submitted_by_id, world.person(NADIA).pk]).update(language="es")
    page = desk(world, case)
    texts = [words(text) for text in re.findall(r'name="letter-\d+"[^>]*>(.*?)</textarea>', page, re.DOTALL)]
    assert texts[0].startswith("Hemos decidido sobre Dynamics 365 Sales en Alder Freight Lines:")
    assert texts[1] == "We have decided on Dynamics 365 Sales at Alder Freight Lines: your claim is upheld."


def test_displacing_waits_until_the_present_partner_was_heard(world: World) -> None:
    case, (first, second) = contest(world)
    holder_of(case, first)
    checked(world, second)
    assert "Halden Cloud Works is to be heard first." in words(desk(world, case))
    request = asked(case, first)
    assert "Halden Cloud Works is to be heard first." in words(desk(world, case))
    answered(request, NOW, "We go on.")
    assert "Halden Cloud Works is to be heard first." not in words(desk(world, case))


def test_to_displace_is_called_a_proposal(world: World) -> None:
    case, (first, second) = contest(world)
    holder_of(case, first)
    content = {"upheld": stored(second).partner_id}
    CaseDraft.objects.create(case=case, content=content, by=world.person(NADIA), at=NOW)
    page = desk(world, case)
    assert ">Propose to uphold Brightwater Partners</button>" in page
    assert "it takes effect when a second reviewer agrees, within 2 business days." in words(page)


def test_a_proposal_is_read_by_its_proposer_and_answered_by_another(world: World) -> None:
    case, (_first, second) = contest(world)
    proposed(world, case, second, PIETER)
    page = desk(world, case)
    said = words(page)
    assert "Brightwater Partners is to be upheld" in said
    assert "Proposed by Pieter Vos, Thu 19 Nov 2026. A second reviewer is to agree by the end of Monday 23" in said
    assert row(page, "Decision") == ["Another partner is to be upheld", "To be upheld"]
    assert f'action="/review/cases/{case.pk}/second/"' in page
    assert f'action="/review/cases/{case.pk}/return/"' in page
    assert 'name="upheld"' not in page
    assert "Letter to Brightwater Partners" in said
    own = desk(world, case, PIETER)
    assert "You proposed it: somebody else has to agree." in own
    assert "/second/" not in own


def test_what_was_decided_is_read_with_who_agreed(world: World) -> None:
    case, (_first, second) = contest(world)
    decision = proposed(world, case, second, PIETER)
    Decision.objects.filter(pk=decision.pk).update(effective_at=NOW, seconded_by=world.person(NADIA))
    Case.objects.filter(pk=case.pk).update(state="decided", over_at=NOW)
    ClaimLine.objects.filter(claim__reference=second).update(state="rejected")
    page = desk(world, case)
    assert "agreed by Nadia Okafor, in effect since Thu 19 Nov 2026." in words(page)
    assert row(page, "Decision") == ["Another partner was upheld", "Upheld"]
    assert "Letters that went out" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_returned_proposal_stays_to_be_read_in_the_next_round(world: World) -> None:
    case, (_first, second) = contest(world)
    decision = proposed(world, case, second, PIETER)
    Decision.objects.filter(pk=decision.pk).update(
        over_at=NOW, returned_by=world.person(NADIA), return_words="Look at page 3 again."
    )
    Case.objects.filter(pk=case.pk).update(state="open", round=2)
    page = desk(world, case)
    said = "Round 1: Pieter Vos proposed to uphold Brightwater Partners; returned by Nadia Okafor, Thu 19 Nov 2026."
    assert said in words(page)
    assert "Look at page 3 again." in page
    assert ", round 2" in words(page)
    assert 'name="upheld"' in page
