"""What people are written of enrolments: what happened, until when, why, and where to act."""

from typing import Any

import pytest
from django.core import mail

from cpor import demo
from events.outbox import deliver_due
from partners.actions.enrollments.sweep import sweep_enrollments
from tests.partners.desk import DAY, WORDS, YEAR_END, Desk, programme
from tests.world import NOW, TODAY, World

PAGE = f"/enrolment/{demo.UTRECHT}/osu-ba/"


def written(address: str, after: Any, world: World) -> mail.EmailMultiAlternatives:
    """The mail that an act causes to somebody."""
    deliver_due(now=NOW + 400 * DAY)
    mail.outbox.clear()
    after()
    deliver_due(now=NOW + 400 * DAY)
    [found] = [one for one in mail.outbox if one.to == [address] and demo.UTRECHT in one.subject]
    return found


@pytest.mark.parametrize(
    ("state", "verb", "subject", "words"),
    [
        (None, "invite", "Invitation to enrol 6281941 Utrecht in “Usage in Business applications”", "19 December 2026"),
        ("invited", "withdraw", "Invitation withdrawn: 6281941 Utrecht", "You need to do nothing."),
        ("validating", "activate", "6281941 Utrecht is enrolled in “Usage", "30 June 2027"),
        ("validating", "refuse", "Not validated: 6281941 Utrecht", WORDS),
        ("active", "suspend", "Suspended: 6281941 Utrecht", WORDS),
        ("suspended", "resume", "6281941 Utrecht is enrolled in “Usage", "30 June 2027"),
        ("active", "end", "Ended: 6281941 Utrecht", WORDS),
        ("active", "renew", "Renewed: 6281941 Utrecht", "30 June 2028"),
    ],
)
def test_the_company_is_written_what_happened(world: World, state: Any, verb: str, subject: str, words: str) -> None:
    desk = Desk(world).reach(state)
    found = written("tomas.reyes@haldencloud.example", lambda: desk.do(verb), world)
    assert subject in found.subject
    html = str(found.alternatives[0][0])
    for body in (str(found.body), html):
        assert words in body
        assert PAGE in body
        assert "None" not in body


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_the_operator_is_written_what_a_company_says(world: World, verb: str) -> None:
    world.person("elena.ruiz").__class__.objects.filter(email__startswith="elena").update(language="en")
    desk = Desk(world).reach("invited")
    found = written("elena.ruiz@northgate.example", lambda: desk.do(verb), world)
    assert demo.HALDEN in found.subject
    assert desk.operator_page in str(found.body)


@pytest.mark.parametrize(
    ("asked", "words"),
    [(True, "Your company asked to let it end."), (False, "This programme does not renew by itself.")],
)
def test_an_end_is_written_of_before_it_comes(world: World, asked: bool, words: str) -> None:
    desk = Desk(world).reach("active")
    if asked:
        desk.company("choose_renewal", renews="no")
    else:
        programme(renews=False)
    before = NOW + (YEAR_END - TODAY) - 7 * DAY
    found = written("ines.moreau@haldencloud.example", lambda: sweep_enrollments(now=before), world)
    assert "6281941 Utrecht leaves Usage in Business applications on Wednesday 30 June 2027" in found.subject
    assert words in str(found.body)


def test_a_lapsed_one_names_its_last_day_and_no_reason(world: World) -> None:
    desk = Desk(world).reach("active")
    desk.company("choose_renewal", renews="no")
    after = NOW + (YEAR_END - TODAY) + DAY
    found = written("ines.moreau@haldencloud.example", lambda: sweep_enrollments(now=after), world)
    assert "Its last day was Wednesday 30 June 2027." in str(found.body)
    assert "\n\n\n" not in str(found.body)
