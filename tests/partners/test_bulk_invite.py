"""Inviting from a list: what becomes of each line is shown before, and then done as it was shown, or not at all."""

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cpor import demo
from partners.actions.enrollments.listing import NotInvited
from partners.models import Conflict, Enrollment, Membership, MpnId
from tests.partners.desk import DAY, Desk, invited, kept, limit
from tests.world import TODAY, World, sign_in

PAGE = "/operator/enrolments/invite/"


def look(world: World, numbers: str = "", who: str = "elena.ruiz", **more: Any) -> Any:
    """The answer to who asks what becomes of a list."""
    data = {"program": "osu-ba", "numbers": numbers, "until": (TODAY + DAY).isoformat(), "do": "look", **more}
    return world.web(who).post(PAGE, data)


def told(answer: Any) -> list[tuple[int, str, NotInvited | None]]:
    """Each line with its number and why it is left out."""
    return [(line.place, line.text, line.reason) for line in answer.context["plan"].lines]


def test_an_empty_form_names_at_once_all_that_is_missing(world: World) -> None:
    answer = look(world, " \n ", program="")
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {
        "program": ["This field is required."],
        "numbers": ["Write one MPN ID a line, or choose a file."],
    }


def test_every_line_is_told_what_becomes_of_it_and_nothing_is_done(world: World) -> None:
    halden = MpnId.objects.get(number=demo.UTRECHT).partner
    for number, state in (("7000001", "invited"), ("7000002", "accepted"), ("7000003", "suspended")):
        MpnId.objects.create(number=number, partner=halden, kind="location")
        Desk(world, number).reach(state)
    Conflict.objects.create(user=world.person("elena.ruiz"), partner=MpnId.objects.get(number=demo.LISBON).partner)
    lines = [
        "MPN ID,Place",
        f"{demo.UTRECHT},Utrecht",
        "",
        f'"{demo.ANTWERP}"; Antwerp',
        demo.UTRECHT,
        demo.ROTTERDAM,
        demo.HALDEN_GLOBAL,
        demo.LISBON,
        "9999999",
        "7000001",
        "7000002",
        "7000003\tDelft",
    ]
    before = kept()
    answer = look(world, "\r\n".join(lines))
    assert told(answer) == [
        (1, "MPN ID", NotInvited.NUMBER),
        (2, demo.UTRECHT, None),
        (4, demo.ANTWERP, None),
        (5, demo.UTRECHT, NotInvited.TWICE),
        (6, demo.ROTTERDAM, NotInvited.ENROLLED),
        (7, demo.HALDEN_GLOBAL, NotInvited.GLOBAL),
        (8, demo.LISBON, NotInvited.CONFLICT),
        (9, "9999999", NotInvited.UNKNOWN),
        (10, "7000001", NotInvited.INVITED),
        (11, "7000002", NotInvited.WAITING),
        (12, "7000003", NotInvited.SUSPENDED),
    ]
    page = unescape(answer.content.decode())
    for reason in NotInvited:
        assert str(reason.label) in page
    assert "Invite 2 MPN IDs" in page
    assert "9 lines are left out." in page
    assert kept() == before


def test_a_list_warns_of_invitations_that_nobody_would_hear_of(world: World) -> None:
    Membership.objects.filter(role="global_admin", partner__name=demo.HALDEN).delete()
    limit(world, "ines.moreau", demo.UTRECHT)
    answer = look(world, f"{demo.UTRECHT}\n{demo.ANTWERP}\n{demo.ROTTERDAM}")
    assert [(line.text, line.unheard) for line in answer.context["plan"].lines] == [
        (demo.UTRECHT, False),
        (demo.ANTWERP, True),
        (demo.ROTTERDAM, False),
    ]
    page = unescape(answer.content.decode())
    assert page.count("Nobody there would hear of it") == 1
    assert f"/operator/companies/{MpnId.objects.get(number=demo.ANTWERP).partner_id}/" in page
    assert "1 of them would be heard of by nobody." in page
    assert "Nobody there would hear of it" not in look(world, demo.UTRECHT).content.decode()


def test_the_list_is_invited_as_it_was_shown(world: World) -> None:
    answer = invited(world.web("elena.ruiz"), "osu-ba", f"{demo.UTRECHT}\n{demo.ANTWERP}\nnonsense")
    assert answer.status_code == 302
    for number in (demo.UTRECHT, demo.ANTWERP):
        desk = Desk(world, number)
        assert (desk.state, desk.events) == ("invited", ["invited"])
        assert desk.told == [("ines.moreau", "enrollment_invited"), ("tomas.reyes", "enrollment_invited")]
    page = world.web("elena.ruiz").get(answer["Location"])
    assert {row["cell"].mpn_id.number for row in page.context["rows"]} == {demo.UTRECHT, demo.ANTWERP}


def test_a_list_that_would_do_something_else_by_now_is_shown_again_and_nobody_is_invited(world: World) -> None:
    numbers = f"{demo.UTRECHT}\n{demo.ANTWERP}"
    seen = look(world, numbers).context["plan"].digest
    Desk(world, demo.ANTWERP).company("apply")
    before = kept()
    answer = look(world, numbers, do="invite", seen=seen)
    assert (answer.status_code, kept() == before) == (409, True)
    assert "Nobody was invited." in answer.content.decode()
    assert told(answer)[1] == (2, demo.ANTWERP, NotInvited.WAITING)


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_nobody_is_invited_unseen(world: World, seen: str) -> None:
    before = kept()
    assert look(world, demo.UTRECHT, do="invite", seen=seen).status_code == 409
    assert kept() == before


def test_a_list_sent_twice_invites_once(world: World) -> None:
    seen = look(world, demo.UTRECHT).context["plan"].digest
    assert look(world, demo.UTRECHT, do="invite", seen=seen).status_code == 302
    before = kept()
    assert look(world, demo.UTRECHT, do="invite", seen=seen).status_code == 409
    assert kept() == before


def test_a_file_is_read_beside_what_is_pasted(world: World) -> None:
    file = SimpleUploadedFile("list.csv", f"\ufeffMPN;Place\r\n{demo.ANTWERP};Ämstel\r\n".encode())
    answer = look(world, demo.UTRECHT, file=file)
    assert [text for _place, text, reason in told(answer) if reason is None] == [demo.UTRECHT, demo.ANTWERP]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe6\x002\x00", "no text in UTF-8"), (b"1234567\n" * 90_000, "too large for a list")],
)
def test_a_file_that_cannot_be_a_list_is_refused_with_the_reason_and_what_was_typed_is_kept(
    world: World, content: bytes, words: str
) -> None:
    answer = look(world, demo.UTRECHT, file=SimpleUploadedFile("list.csv", content))
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert words in page
    assert demo.UTRECHT in page


def test_more_than_a_thousand_lines_are_counted_not_swallowed(world: World) -> None:
    answer = look(world, "\n".join(str(1_000_000 + n) for n in range(1003)))
    assert (len(told(answer)), answer.context["plan"].beyond) == (1000, 3)
    assert "3 more lines are not read" in answer.content.decode()


def test_a_day_that_is_over_is_refused_at_its_field(world: World) -> None:
    before = kept()
    answer = invited(world.web("elena.ruiz"), "osu-ba", demo.UTRECHT, TODAY - DAY)
    assert (answer.status_code, kept() == before) == (422, True)
    assert "This day is over." in answer.content.decode()


def test_a_hundred_invitations_cost_hardly_more_than_one(world: World, django_assert_max_num_queries: Any) -> None:
    halden = MpnId.objects.get(number=demo.UTRECHT).partner
    MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=halden, kind="location") for n in range(100))
    numbers = "\n".join(f"80{n:05}" for n in range(100))
    browser = world.web("elena.ruiz")
    with django_assert_max_num_queries(34):
        assert invited(browser, "osu-ba", numbers).status_code == 302
    assert Enrollment.objects.filter(state="invited").count() == 100


@pytest.mark.parametrize("who", ["hugo.brandt", "nadia.okafor", "samuel.lind", "tomas.reyes"])
def test_nobody_but_an_admin_invites(world: World, who: str) -> None:
    before = kept()
    assert world.web(who).get(PAGE).status_code == 403
    assert look(world, demo.UTRECHT, who).status_code == 403
    assert kept() == before


def test_a_list_needs_the_token_of_its_form(world: World) -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, world.person("elena.ruiz"))
    before = kept()
    data = {"program": "osu-ba", "numbers": demo.UTRECHT, "until": TODAY.isoformat()}
    assert browser.post(PAGE, data).status_code == 403
    assert kept() == before


def test_what_was_shown_for_one_programme_invites_to_no_other(world: World) -> None:
    seen = look(world, demo.UTRECHT).context["plan"].digest
    answer = look(world, demo.UTRECHT, program="osu-m365", do="invite", seen=seen)
    assert (answer.status_code, Enrollment.objects.filter(mpn_id__number=demo.UTRECHT).count()) == (409, 0)
