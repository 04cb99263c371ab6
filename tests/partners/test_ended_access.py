"""Who is let go: no session, no token, no open page and no message of theirs does anything from the next request on."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from claims.models import Claim
from cpor import demo
from events.log import faults
from events.models import Event, Notification, Outbox
from partners.models import ApiToken, Conflict, Partner, User
from tests.claims.given import draft, everything, form_of, mails, read, sent
from tests.partners.teams import (
    CATARINA,
    ELENA,
    INES,
    JONAS,
    LENA,
    NADIA,
    PASSWORD,
    TOMAS,
    TRACES,
    USER,
    accept,
    change,
    invite,
    invited,
    joined,
    kinds,
    link_to,
    remove,
    rows,
)
from tests.world import World, claim_of


def person(email: str = LENA) -> User:
    return User.objects.get(email=email)


def signed_in(email: str = LENA, password: str = PASSWORD) -> Client:
    """A browser whose person typed their password."""
    browser = Client()
    assert browser.post("/accounts/login/", {"login": email, "password": password}).status_code == 302
    return browser


def refused_sessions(user: User) -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(subject=user.subject, kind="person.refused")]


def test_the_very_next_request_of_a_session_is_refused_says_so_and_leaves_an_event(world: World) -> None:
    lena = joined(world, TOMAS, LENA, USER)
    browser = signed_in()
    assert browser.get("/claims/").status_code == 200
    assert remove(world, TOMAS, lena)["Location"] == "/team/"
    answer = browser.get("/claims/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (403, '"cache"')
    assert "This account is closed" in answer.content.decode()
    assert SESSION_KEY not in browser.session
    assert refused_sessions(lena) == [{"door": "session", "why": "deactivated"}]
    browser.get("/claims/")
    assert len(refused_sessions(lena)) == 1


def test_an_open_page_that_is_posted_changes_nothing(world: World) -> None:
    lena = joined(world, TOMAS, LENA, "global_admin:")
    browser = signed_in()
    reference = draft(world, JONAS)
    remove(world, TOMAS, lena)
    before = everything(but=(*TRACES, "partners_user"))
    posts: list[tuple[str, dict[str, Any]]] = [
        (f"/claims/{reference}/edit/", form_of(claim_of(name="Mine"), version="1")),
        (f"/claims/{reference}/submit/", {"version": "1"}),
        (f"/claims/{reference}/delete/", {"version": "1"}),
        ("/claims/new/", {}),
        ("/team/invite/", {"email": "friend@x.example", "language": "en", "grant": "global_admin:"}),
        (f"/team/{world.person(TOMAS).pk}/remove/", {}),
        ("/messages/mail/", {}),
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "n" * 20, "password2": "n" * 20}),
    ]
    cookies = dict(browser.cookies)
    for path, form in posts:
        live = Client()
        live.cookies.update(cookies)  # each time as if no other had been refused before
        assert live.post(path, form).status_code in {302, 403, 404, 405}, path
    assert everything(but=(*TRACES, "partners_user")) == before
    assert person().session_epoch == lena.session_epoch + 1


def test_every_token_ends_and_what_it_once_did_is_not_answered_again(world: World) -> None:
    lena = joined(world, TOMAS, LENA, USER)
    api = world.api("lena.fischer")
    key = {"Idempotency_Key": "once"}
    assert api.send("POST", "claims/", claim_of(), **key).status_code == 201
    assert remove(world, TOMAS, lena).status_code == 302
    count = Claim.objects.count()
    assert api.send("GET", "claims/").status_code == 401
    assert api.send("POST", "claims/", claim_of(), **key).status_code == 401
    assert (ApiToken.objects.filter(user=lena).count(), Claim.objects.count()) == (0, count)
    removed = Event.objects.get(subject=lena.subject, kind="person.removed")
    assert removed.data == {"company": Partner.objects.get(name=demo.HALDEN).pk, "tokens": 1}


def test_who_was_removed_cannot_sign_in_nor_have_a_password_sent(world: World) -> None:
    remove(world, TOMAS, joined(world, TOMAS, LENA, USER))
    Outbox.objects.all().delete()
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": LENA, "password": PASSWORD})
    assert (answer["Location"], SESSION_KEY in browser.session) == ("/accounts/inactive/", False)
    browser.post("/accounts/password/reset/", {"email": LENA})
    assert [
        letter.to for letter in mail.outbox if "account_reset" in letter.body or "/password/reset/" in letter.body
    ] == []


def test_who_was_removed_hears_one_last_time_by_letter_and_then_no_more(world: World) -> None:
    reference = sent(world, JONAS)
    mails()
    mail.outbox.clear()
    world.api(NADIA).send("POST", f"claims/{reference}/comments/", {"body": "Please look at page 2."})
    assert Notification.objects.filter(recipient=world.person(JONAS)).count() == 2
    remove(world, TOMAS, world.person(JONAS))
    world.api(NADIA).send("POST", f"claims/{reference}/comments/", {"body": "And at page 3."})
    told = mails()
    assert [subject for to, subject in told if to == "jonas.weber@haldencloud.example"] == [
        "Your access for Halden Cloud Works has ended"
    ]
    assert not Notification.objects.filter(recipient__email__startswith="jonas.weber").exists()
    (letter,) = [one for one in mail.outbox if "has ended" in one.subject]
    assert "http" not in letter.body


def test_an_old_session_and_an_old_token_stay_dead_when_their_person_comes_back(world: World) -> None:
    lena = joined(world, TOMAS, LENA, USER)
    old, api = signed_in(), world.api("lena.fischer")
    remove(world, TOMAS, lena)
    assert joined(world, TOMAS, LENA, USER).pk == lena.pk
    assert signed_in().get("/claims/").status_code == 200
    assert old.get("/claims/").status_code == 302
    assert api.send("GET", "claims/").status_code == 401
    assert SESSION_KEY not in old.session


def test_an_old_session_stays_dead_even_if_the_old_password_is_chosen_again(world: World) -> None:
    lena = joined(world, TOMAS, LENA, USER)
    old = signed_in()
    remove(world, TOMAS, lena)
    User.objects.filter(pk=lena.pk).update(is_active=True)  # by hand, with the very hash the session was made with
    assert old.get("/claims/").status_code == 302


def test_who_comes_back_to_another_company_brings_nothing_along(world: World) -> None:
    reference = sent(world, JONAS)
    email = "jonas.weber@haldencloud.example"
    assert Notification.objects.filter(recipient__email=email).exists()
    remove(world, TOMAS, world.person(JONAS))
    invite(world, CATARINA, email)
    assert accept(link_to(email), name="Jonas Weber").status_code == 302
    browser = signed_in(email)
    assert "No messages" in read(browser, "/messages/")
    assert browser.get(f"/claims/{reference}/").status_code == 404
    assert reference not in read(browser, "/claims/")


def test_somebody_switched_off_by_hand_comes_back_with_what_was_given_now_alone(world: World) -> None:
    lena = joined(world, TOMAS, LENA, "global_admin:")
    old = signed_in()
    world.api("lena.fischer")
    User.objects.filter(pk=lena.pk).update(is_active=False)
    assert "Switched off" in read(world.web(TOMAS), "/team/")
    invite(world, TOMAS, LENA, f"incentives_user:{demo.LYON}")
    accept(link_to())
    assert old.get("/claims/").status_code == 302
    assert not ApiToken.objects.filter(user=lena).exists()
    assert signed_in().get("/team/invite/").status_code == 403


def test_invitations_of_who_was_removed_are_withdrawn(world: World) -> None:
    change(world, TOMAS, world.person(INES), "global_admin:")
    invite(world, INES)
    path = link_to()
    remove(world, TOMAS, world.person(INES))
    before = rows()
    assert accept(path).status_code == 410
    assert rows() == before
    assert invited().withdrawn_at is not None


def test_the_page_says_what_ends_and_what_passes_before_anything_does(world: World) -> None:
    reference = draft(world, JONAS, name="Warehouse phones")
    before = rows()
    page = read(world.web(TOMAS), f"/team/{world.person(JONAS).pk}/remove/")
    for words in ("Remove Jonas Weber from the team?", "1 API token stops working", "Warehouse phones", reference):
        assert words in page, words
    assert rows() == before


def test_a_removal_is_in_the_log_by_numbers_alone_and_the_chain_holds(world: World) -> None:
    jonas = world.person(JONAS)
    remove(world, TOMAS, jonas)
    company = Partner.objects.get(name=demo.HALDEN)
    assert (kinds(jonas.subject), kinds(company.subject)) == (["person.removed"], ["team.person_removed"])
    assert "jonas" not in str(list(Event.objects.values_list("data")))
    assert list(faults()) == []


def test_a_password_that_was_changed_elsewhere_ends_other_sessions(world: World) -> None:
    joined(world, TOMAS, LENA, USER)
    here, there = signed_in(), signed_in()
    new = "another quiet walk home"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/claims/").status_code == 200
    assert there.get("/claims/")["Location"] == "/accounts/login/?next=/claims/"
    assert SESSION_KEY not in there.session


def test_declared_conflicts_outlast_a_dismissal(world: World) -> None:
    nadia, halden = world.person(NADIA), Partner.objects.get(name=demo.HALDEN)
    Conflict.objects.create(user=nadia, partner=halden)
    assert world.web(ELENA).post(f"/operator/people/{nadia.pk}/dismiss/").status_code == 302
    assert Conflict.objects.filter(user=nadia, partner=halden).exists()
