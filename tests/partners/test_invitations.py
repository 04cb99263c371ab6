"""Invitations: the letter, the page it leads to, and every way in which one lets nobody in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client

from cpor import demo
from events.log import faults
from events.models import Envelope, Event, Notification, Outbox
from partners.models import ApiToken, Invitation, Membership, Partner, User
from partners.roles import standing_of
from tests.claims.given import mails, read
from tests.partners.teams import (
    CATARINA,
    JONAS,
    LENA,
    MIGUEL,
    PASSWORD,
    TOMAS,
    USER,
    accept,
    invite,
    invited,
    joined,
    kinds,
    link_to,
    refused,
    roles,
    rows,
)
from tests.world import NOW, World

WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


def side(name: str = demo.HALDEN) -> str:
    return Partner.objects.get(name=name).subject


def signs_in(email: str, password: str) -> bool:
    browser = Client()
    return browser.post("/accounts/login/", {"login": email, "password": password}).status_code == 302


def page_of(path: str, language: str = "") -> tuple[int, str]:
    answer = Client().get(path + (f"?language={language}" if language else ""))
    return answer.status_code, answer.content.decode()


def refusals(subject: str) -> list[str]:
    rows = Event.objects.filter(subject=subject, kind="invitation.refused").order_by("seq")
    return [event.data["code"] for event in rows]


# The letter


def test_who_is_invited_reads_who_asks_to_what_until_when(world: World) -> None:
    answer = invite(world, TOMAS, "  Lena.Fischer@HaldenCloud.example ", f"incentives_user:{demo.LYON}")
    assert answer["Location"] == "/team/"
    link = link_to()
    assert mails() == [(LENA, "Tomas Reyes invites you to Halden Cloud Works on CPOR")]
    (letter,) = mail.outbox
    for words in ("Incentives user: 6281944 Lyon", "7 days, once", settings.SITE_URL + link):
        assert words in letter.body, words
    assert kinds(side()) == ["invitation.sent"]


def test_the_letter_and_its_page_speak_the_language_that_was_chosen(world: World) -> None:
    invite(world, TOMAS, language="es")
    path = link_to()
    assert Envelope.objects.get().language == "es"
    assert '<html lang="es">' in page_of(path)[1]
    assert '<html lang="en">' in page_of(path, "en")[1]
    accept(path + "?language=en")
    assert User.objects.get(email=LENA).language == "en"


def test_the_token_stands_nowhere_once_the_letter_has_left_and_never_in_the_log(world: World) -> None:
    invite(world, TOMAS)
    token = link_to().split("/")[2]
    assert invited().digest == ApiToken.objects.digest(token)
    mails()
    everywhere = str(rows()) + str(list(Event.objects.values_list()))
    assert token not in everywhere
    assert LENA not in str(list(Event.objects.values_list()))


# Accepting


def test_who_accepts_has_the_roles_that_waited_and_signs_in_with_their_own_password(world: World) -> None:
    lena = joined(world, TOMAS, LENA, f"incentives_user:{demo.LYON}", "billing_admin:")
    assert (lena.name, lena.email, lena.is_active) == ("Lena Fischer", LENA, True)
    assert roles(LENA) == {"billing_admin": [], "incentives_user": [demo.LYON]}
    assert standing_of(lena).partner_name == demo.HALDEN
    assert signs_in(LENA, PASSWORD)
    assert kinds(side()) == ["invitation.sent", "invitation.accepted"]
    assert kinds(lena.subject) == ["person.joined", "person.signed_in"]
    told = Notification.objects.get(kind="invitation_accepted")
    assert (told.recipient, told.path) == (world.person(TOMAS), "/team/")
    assert list(faults()) == []


def test_looking_at_the_page_changes_nothing_and_hands_the_link_to_nobody(world: World) -> None:
    invite(world, TOMAS)
    path, before = link_to(), rows()
    for _ in range(2):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
    page = answer.content.decode()
    for words in ("Tomas Reyes invites you", "Halden Cloud Works", "Incentives user", LENA):
        assert words in page
    assert rows() == before
    assert kinds(side()) == ["invitation.sent"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": " "}, "Say your name"),
        ({"name": "x" * 121}, "at most 120 letters"),
        ({"name": "a\x00b"}, "at most 120 letters"),
        ({"password": "tiny secret"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"password": LENA}, "too similar"),
        ({"again": "something else"}, "not the same"),
    ],
)
def test_what_does_not_do_is_said_at_its_field_and_the_name_stays_typed(
    world: World, form: dict[str, str], words: str
) -> None:
    invite(world, TOMAS)
    path, before = link_to(), rows()
    given = {"name": "Lena Fischer", "password": PASSWORD, "again": form.get("password", PASSWORD), **form}
    answer = Client().post(path, given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert form.get("password", "####") not in page.replace(LENA, "")
    if "name" not in form:
        assert 'value="Lena Fischer"' in page
    assert rows() == before
    assert accept(path).status_code == 302


def test_fields_that_are_not_the_pages_give_nothing(world: World) -> None:
    invite(world, TOMAS)
    more = {
        "email": "other@x.example",
        "grant": "global_admin:",
        "role": "global_admin",
        "is_active": "0",
        "partner": "2",
    }
    assert accept(link_to(), **more).status_code == 302
    assert roles(LENA) == {"incentives_user": []}
    assert not User.objects.filter(email="other@x.example").exists()


# What lets nobody in


def test_a_link_works_once(world: World) -> None:
    invite(world, TOMAS)
    path = link_to()
    accept(path)
    before = rows()
    answer = accept(path, name="Somebody Else", password="another long password")
    assert answer.status_code == 410
    assert "was accepted" in answer.content.decode()
    assert rows() == before
    assert refusals(side()) == ["accepted"]
    assert signs_in(LENA, PASSWORD)
    assert page_of(path)[0] == 410


@pytest.mark.parametrize(("after", "status"), [(WEEK - INSTANT, 302), (WEEK, 410), (WEEK * 50, 410)])
def test_a_link_works_for_seven_days_to_the_instant(world: World, after: timedelta, status: int) -> None:
    invite(world, TOMAS)
    path, before = link_to(), rows()
    with time_machine.travel(NOW + after, tick=False):
        assert page_of(path)[0] == (200 if status == 302 else 410)
        answer = accept(path)
    assert answer.status_code == status
    if status == 410:
        assert "Ask Tomas Reyes to send it again" in answer.content.decode()
        assert rows() == before
        assert refusals(side()) == ["expired"]


def test_an_old_link_that_is_tried_over_and_over_fills_no_history(world: World) -> None:
    invite(world, TOMAS)
    path = link_to()
    with time_machine.travel(NOW + WEEK, tick=False):
        assert [accept(path).status_code for _ in range(3)] == [410, 410, 410]
        assert refusals(side()) == ["expired"]
        world.web(TOMAS).post(f"/invitations/{invited().pk}/withdraw/")
        assert [accept(path).status_code for _ in range(2)] == [410, 410]
    assert refusals(side()) == ["expired", "withdrawn"]
    invite(world, TOMAS, "theo@haldencloud.example")
    other = link_to("theo@haldencloud.example")
    with time_machine.travel(NOW + WEEK, tick=False):
        accept(other)
    assert refusals(side()) == ["expired", "withdrawn", "expired"]


def test_a_withdrawn_invitation_lets_nobody_in_and_its_letter_does_not_leave(world: World) -> None:
    invite(world, TOMAS)
    path = link_to()
    answer = world.web(TOMAS).post(f"/invitations/{invited().pk}/withdraw/")
    assert answer["Location"] == "/team/"
    before = rows()
    assert accept(path).status_code == 410
    assert "was withdrawn" in page_of(path)[1]
    assert rows() == before
    assert refusals(side()) == ["withdrawn"]
    assert mails() == []


@pytest.mark.parametrize("path", ["/invitation/x/", "/invitation/%00/", f"/invitation/{'y' * 3000}/"])
def test_a_link_that_was_never_sent_is_no_page(world: World, path: str) -> None:
    before = rows()
    assert Client().get(path).status_code == 404
    assert accept(path).status_code == 404
    assert rows() == before


def test_what_is_sent_again_has_a_new_link_and_a_new_time_and_the_old_one_is_void(world: World) -> None:
    invite(world, TOMAS)
    old, browser = link_to(), world.web(TOMAS)
    with time_machine.travel(NOW + WEEK + timedelta(days=1), tick=False):
        assert "Time is over" in read(browser, "/team/")
        assert world.web(TOMAS).post(f"/invitations/{invited().pk}/again/")["Location"] == "/team/"
        new = link_to()
        assert Outbox.objects.filter(envelope__isnull=False).count() == 1
        assert (accept(old).status_code, accept(new).status_code) == (404, 302)
    assert Invitation.objects.count() == 1


def test_a_letter_that_came_back_is_said_beside_its_invitation(world: World) -> None:
    invite(world, TOMAS)
    browser = world.web(TOMAS)
    assert "Waits" in read(browser, "/team/")
    Outbox.objects.filter(dedupe_key=invited().mail).update(bounced_at=NOW)
    assert "The mail came back" in read(browser, "/team/")


# Who belongs somewhere


def test_an_address_that_signs_in_elsewhere_gets_the_same_answer_as_any(world: World) -> None:
    taken = ("catarina.lopes@brightwater.example", "nadia.okafor@northgate.example")
    pages = []
    for email in (LENA, *taken):
        browser = world.web(TOMAS)
        answer = browser.post("/team/invite/", {"email": email, "language": "en", "grant": USER})
        assert answer.status_code == 302
        page = read(browser, "/team/").replace(email, "?")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="\w+"|/invitations/\d+/', "", page).count("Waits"))
    assert pages == [1, 2, 3]
    assert {(one.kind, one.language) for one in Envelope.objects.all()} == {("invitation", "en")}


@pytest.mark.parametrize("email", ["catarina.lopes@brightwater.example", "nadia.okafor@northgate.example"])
def test_who_belongs_elsewhere_is_told_so_by_the_page_and_stays_where_they_are(world: World, email: str) -> None:
    assert invite(world, TOMAS, email).status_code == 302
    path, before = link_to(email), rows()
    status, page = page_of(path)
    assert status == 200
    assert "has an account already" in page
    assert "Brightwater" not in page
    assert accept(path).status_code == 409
    assert rows() == before
    assert refusals(side()) == ["belongs_elsewhere"]
    assert invited(email).state(NOW) == "open"


def test_who_changes_sides_comes_in_once_the_other_side_let_them_go(world: World) -> None:
    email = "miguel.sa@brightwater.example"
    invite(world, TOMAS, email)
    world.web(CATARINA).post(f"/team/{world.person(MIGUEL).pk}/remove/")
    assert accept(link_to(email), name="Miguel Sá").status_code == 302
    assert list(Membership.objects.filter(user__email=email).values_list("partner__name", flat=True)) == [demo.HALDEN]
    assert read(world.web(MIGUEL), "/messages/").count("<tr>") == 0


@pytest.mark.parametrize("email", ["jonas.weber@haldencloud.example", "JONAS.Weber@haldencloud.example"])
def test_a_colleague_is_not_invited_again(world: World, email: str) -> None:
    before = rows()
    answer = invite(world, TOMAS, email)
    assert answer.status_code == 422
    assert "is on the list already" in answer.content.decode()
    assert rows() == before


def test_an_address_is_invited_once_until_the_time_is_over(world: World) -> None:
    invite(world, TOMAS)
    before = rows()
    answer = invite(world, TOMAS, LENA.upper())
    assert answer.status_code == 422
    assert "is invited already" in answer.content.decode()
    assert rows() == before
    with time_machine.travel(NOW + WEEK, tick=False):
        assert invite(world, TOMAS).status_code == 302
    assert Invitation.objects.open().count() == 1


def test_two_companies_may_ask_the_same_person_who_joins_one(world: World) -> None:
    for who in (TOMAS, CATARINA):
        assert invite(world, who).status_code == 302
    theirs, ours = Invitation.objects.order_by("-pk")
    paths = list(Envelope.objects.order_by("pk").values_list("path", flat=True))
    assert accept(paths[0]).status_code == 302
    assert accept(paths[1]).status_code == 409
    assert roles(LENA) == {"incentives_user": []}
    assert Membership.objects.get(user__email=LENA).partner_id == ours.partner_id
    assert refusals(side(demo.BRIGHTWATER)) == ["belongs_elsewhere"]
    assert theirs.accepted_at is None


# Signed in already


def test_somebody_else_who_is_signed_in_is_asked_to_sign_out_first(world: World) -> None:
    invite(world, TOMAS)
    path, browser, before = link_to(), world.web(JONAS), rows()
    page = read(browser, path)
    assert "This browser is signed in as Jonas Weber" in page
    assert f'href="/accounts/logout/?next={path}"' in page
    form = {"name": "L", "password": PASSWORD, "again": PASSWORD}
    assert browser.post(path, form).status_code == 409
    assert rows() == before
    assert browser.post("/accounts/logout/", {"next": path})["Location"] == path
    assert "Choose a password" in read(browser, path)


# Bad addresses, and too many


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "x" * 250 + "@y.example", "a\x00@b.example", "a@b.example\nBcc: c"]
)
def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    before = rows()
    answer = invite(world, TOMAS, email)
    assert answer.status_code == 422
    assert "not an e-mail address" in answer.content.decode()
    assert rows() == before
    assert refused(world, TOMAS) == [("invite_member", "email_invalid")]


def test_an_unknown_language_is_refused(world: World) -> None:
    assert invite(world, TOMAS, language="xx").status_code == 422
    assert Invitation.objects.count() == 0


def test_a_company_writes_fifty_letters_a_day_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.actions.invitations.MOST_A_DAY", 2)
    invite(world, TOMAS)
    world.web(TOMAS).post(f"/invitations/{invited().pk}/again/")
    answer = invite(world, TOMAS, "one.more@haldencloud.example")
    assert answer.status_code == 422
    assert "in the last 24 hours" in answer.content.decode()
    world.web(TOMAS).post(f"/invitations/{invited().pk}/again/")
    assert kinds(side()) == ["invitation.sent"] * 2
    assert invite(world, CATARINA, "one.more@brightwater.example").status_code == 302
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert invite(world, TOMAS, "one.more@haldencloud.example").status_code == 302
