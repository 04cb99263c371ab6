"""A company's team: who sees it, who changes it, and what each may not."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from cpor import demo
from events.models import Event, Notification
from partners.models import Membership, OperatorRole, Partner, User
from tests.claims.given import mails, read
from tests.partners.teams import (
    CATARINA,
    ELENA,
    HUGO,
    INES,
    JONAS,
    LENA,
    MIGUEL,
    NADIA,
    RUTH,
    SAMUEL,
    TOMAS,
    USER,
    change,
    invite,
    invited,
    joined,
    kinds,
    limit,
    refused,
    remove,
    roles,
    rows,
    seen,
)
from tests.world import NOW, World

OWN, RIVALS, OPERATORS = (INES, RUTH, JONAS), (CATARINA, MIGUEL), (NADIA, SAMUEL, ELENA, HUGO)


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


def second_admin(world: World) -> User:
    """Ines becomes a global admin of all the company, too."""
    assert change(world, TOMAS, world.person(INES), "global_admin:").status_code == 302
    return world.person(INES)


# The role table


VERBS = ("invite/", "{}/", "{}/remove/")


@pytest.mark.parametrize("name", [*OWN, MIGUEL, *OPERATORS])
@pytest.mark.parametrize("verb", VERBS)
def test_only_a_global_admin_changes_a_team_and_who_else_tries_leaves_an_event(
    world: World, name: str, verb: str
) -> None:
    browser, path = world.web(name), f"/team/{verb.format(world.person(JONAS).pk)}"
    form = {"email": LENA, "language": "en", "grant": "global_admin:", "seen": USER}
    before = rows()
    assert browser.post(path, form).status_code == 403
    assert browser.get(path).status_code == 403
    assert rows() == before
    assert [code for _verb, code in refused(world, name)] == ["permission_denied"]


@pytest.mark.parametrize("name", [*OWN, MIGUEL, NADIA, SAMUEL, HUGO, CATARINA, ELENA])
@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_an_invitation_is_its_companys_alone(world: World, name: str, verb: str) -> None:
    invite(world, TOMAS)
    before = rows()
    answer = world.web(name).post(f"/invitations/{invited().pk}/{verb}/")
    assert answer.status_code == (404 if name in {CATARINA, ELENA} else 403)
    assert rows() == before
    assert len(refused(world, name)) == 1


def test_a_stranger_is_asked_to_sign_in_and_changes_nothing(world: World) -> None:
    invite(world, TOMAS)
    pk, before = world.person(JONAS).pk, rows()
    for path in ("/team/invite/", f"/team/{pk}/", f"/team/{pk}/remove/", f"/invitations/{invited().pk}/withdraw/"):
        assert Client().post(path, {"grant": "global_admin:"})["Location"].startswith("/accounts/login/")
    assert rows() == before


def test_another_companys_person_and_none_at_all_are_one_page(world: World) -> None:
    browser, theirs, before = world.web(CATARINA), world.person(JONAS).pk, rows()
    for path in ("/team/{}/", "/team/{}/remove/"):
        for method in ("get", "post"):
            form = {"grant": "global_admin:", "seen": USER} if method == "post" else {}
            answers = [getattr(browser, method)(path.format(pk), form) for pk in (theirs, 10**9, 10**30)]
            assert [answer.status_code for answer in answers] == [404, 404, 404]
            pages = [
                answer.content.decode().replace(quote(path.format(pk), safe=""), "")
                for answer, pk in zip(answers, (theirs, 10**9, 10**30), strict=True)
            ]
            assert pages[0] == pages[1] == pages[2]
    assert rows() == before
    assert refused(world, CATARINA) == [("change_roles", "not_found")] * 3 + [("remove_member", "not_found")] * 3


def test_who_is_the_operators_too_is_not_its_companys_to_remove_or_change(world: World) -> None:
    person = world.person(JONAS)
    OperatorRole.objects.create(user=person, role="admin")
    browser = world.web(TOMAS)
    assert "Jonas Weber" not in read(browser, "/team/").partition("<main")[2]
    before = rows()
    for path in (f"/team/{person.pk}/", f"/team/{person.pk}/remove/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"grant": "global_admin:", "seen": USER}).status_code == 404
    assert rows() == before


@pytest.mark.parametrize("cursor", ["theirs", "0", "9" * 40, "-1", "x", "٣"])
def test_a_list_that_begins_after_somebody_elses_person_begins_at_its_own_first(world: World, cursor: str) -> None:
    after = str(world.person(MIGUEL).pk) if cursor == "theirs" else cursor
    page = read(world.web(TOMAS), f"/team/?after={after}")
    assert "Ines Moreau" in page
    assert "Miguel" not in page


# Who sees what


def test_a_global_admin_sees_everybody_with_roles_in_words_and_may_act(world: World) -> None:
    limit(JONAS, "incentives_user", demo.LYON, demo.MADRID)
    page = read(world.web(TOMAS), "/team/")
    for words in ("Jonas Weber", "6281943 Madrid, 6281944 Lyon", "Billing admin", "all MPN IDs", "never"):
        assert words in page, words
    assert f'href="/team/{world.person(JONAS).pk}/"' in page
    assert 'href="/team/invite/"' in page
    assert "Miguel" not in page


@pytest.mark.parametrize("name", [INES, RUTH])
def test_other_admins_see_everybody_and_whom_to_ask_without_a_button(world: World, name: str) -> None:
    invite(world, TOMAS)
    page = read(world.web(name), "/team/")
    for person in (TOMAS, INES, RUTH, JONAS):
        assert f"{person}@haldencloud.example" in page
    assert 'href="/team/' not in page.replace('href="/team/"', "")
    for words in (LENA, "Signed in", "never"):
        assert words not in page, words


def test_who_only_files_claims_sees_whom_to_ask_and_not_their_fellows(world: World) -> None:
    fellow = joined(world, TOMAS, LENA, USER)
    page = read(world.web(JONAS), "/team/")
    for person in (TOMAS, INES, RUTH, JONAS):
        assert f"{person}@haldencloud.example" in page
    assert fellow.email not in page
    assert "A global admin invites people" in page


@pytest.mark.parametrize("name", OPERATORS)
def test_the_operators_people_have_no_team(world: World, name: str) -> None:
    assert world.web(name).get("/team/").status_code == 403


def test_when_somebody_signed_in_is_told_about_and_not_exactly(world: World) -> None:
    for name, ago, words in ((INES, 0, "today"), (RUTH, 6, "in the last 7 days"), (JONAS, 20, "in the last 30 days")):
        User.objects.filter(pk=world.person(name).pk).update(last_login=NOW - timedelta(days=ago))
        assert words in read(world.web(TOMAS), "/team/")


def test_a_long_team_comes_in_pages_by_name_and_costs_the_same(
    world: World, django_assert_max_num_queries: Any
) -> None:
    people = User.objects.bulk_create(
        User(email=f"person{number}@haldencloud.example", name=f"Person {number:03}") for number in range(120)
    )
    Membership.objects.bulk_create(Membership(user=one, partner=halden(), role="incentives_user") for one in people)
    browser, found, path = world.web(TOMAS), [], "/team/"
    for _page in range(3):
        with django_assert_max_num_queries(12):
            page = read(browser, path)
        found += [number for number in range(120) if f"Person {number:03}" in page]
        path = "/team/" + "".join(re.findall(r'href="(\?after=\d+)" rel="next"', page))
    assert found == list(range(120))


# Changing roles


def test_roles_are_changed_for_all_or_for_chosen_mpn_ids_and_the_person_is_told(world: World) -> None:
    jonas = world.person(JONAS)
    grants = (f"billing_admin:{demo.LYON}", f"billing_admin:{demo.MADRID}", USER)
    assert change(world, TOMAS, jonas, *grants).status_code == 302
    assert roles(JONAS) == {"billing_admin": [demo.MADRID, demo.LYON], "incentives_user": []}
    assert mails() == [("jonas.weber@haldencloud.example", "Your roles have changed")]
    assert (kinds(jonas.subject), kinds(halden().subject)) == (["person.roles_changed"], ["team.roles_changed"])
    (event,) = Event.objects.filter(subject=jonas.subject)
    assert {grant["role"] for grant in event.data["grants"]} == {"billing_admin", "incentives_user"}


def test_a_change_counts_from_the_persons_next_request_on(world: World) -> None:
    browser = world.web(INES)
    assert browser.get("/team/invite/").status_code == 403
    second_admin(world)
    assert browser.get("/team/invite/").status_code == 200


def test_roles_that_stay_as_they_are_leave_no_trace(world: World) -> None:
    before = rows()
    assert change(world, TOMAS, world.person(JONAS), USER).status_code == 302
    assert rows() == before
    assert kinds(world.person(JONAS).subject) == []


def test_what_somebody_changed_meanwhile_is_not_overwritten_unseen(world: World) -> None:
    jonas, browser = world.person(JONAS), world.web(TOMAS)
    old = seen(browser, f"/team/{jonas.pk}/")
    change(world, TOMAS, jonas, "billing_admin:")
    answer = browser.post(f"/team/{jonas.pk}/", {"seen": old, "grant": "incentives_admin:"})
    assert answer.status_code == 409
    assert "Somebody changed these roles meanwhile" in answer.content.decode()
    assert 'value="billing_admin:" aria-describedby="for-1" checked' in answer.content.decode()
    assert roles(JONAS) == {"billing_admin": []}


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ((), "role_missing"),
        (("owner:",), "role_unknown"),
        (("reviewer:",), "role_unknown"),
        (("",), "role_unknown"),
        ((f"billing_admin:{demo.LISBON}",), "mpn_id_unknown"),
        (("billing_admin:9999999",), "mpn_id_unknown"),
        (("billing_admin:\x00",), "mpn_id_unknown"),
        (("billing_admin:" + "9" * 5000,), "mpn_id_unknown"),
        (("billing_admin:٣",), "mpn_id_unknown"),
    ],
)
def test_what_is_no_role_or_no_mpn_id_of_the_company_is_refused_with_an_event(
    world: World, grant: tuple[str, ...], code: str
) -> None:
    jonas, before = world.person(JONAS), rows()
    answer = change(world, TOMAS, jonas, *grant)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert invite(world, TOMAS, LENA, *(grant or ("",))).status_code == 422
    assert rows() == before
    assert refused(world, TOMAS)[0] == ("change_roles", code)


def test_anothers_mpn_id_and_none_at_all_are_refused_in_the_same_words(world: World) -> None:
    pages = [
        invite(world, TOMAS, LENA, f"incentives_user:{number}").content.decode().replace(number, "")
        for number in (demo.LISBON, "9999999")
    ]
    strip = "csrfmiddlewaretoken"
    first, second = ([line for line in page.splitlines() if strip not in line] for page in pages)
    assert first == second
    assert any("Your company has no MPN ID" in line for line in first)


def test_fields_that_are_not_the_forms_change_nothing(world: World) -> None:
    jonas, brightwater = world.person(JONAS), Partner.objects.get(name=demo.BRIGHTWATER)
    more = {"partner": str(brightwater.pk), "is_active": "", "role": "global_admin", "email": "x@y.example"}
    assert change(world, TOMAS, jonas, "billing_admin:", **more).status_code == 302
    fresh = world.person(JONAS)
    assert (fresh.is_active, fresh.email) == (True, jonas.email)
    assert roles(JONAS) == {"billing_admin": []}
    assert set(Membership.objects.filter(user=jonas).values_list("partner", flat=True)) == {halden().pk}


def test_what_was_ticked_stays_ticked_when_it_is_refused(world: World) -> None:
    page = invite(world, TOMAS, "nobody", f"billing_admin:{demo.LYON}", language="es").content.decode()
    assert 'value="nobody"' in page
    assert "This is not an e-mail address" in page
    assert '<option value="es" selected>' in page
    lyon = page[page.index(f'value="billing_admin:{demo.LYON}"') :]
    assert lyon[: lyon.index(">")].endswith("checked")


# The last admin


def test_the_last_global_admin_is_neither_removed_nor_lowered_nor_narrowed(world: World) -> None:
    tomas, before = world.person(TOMAS), rows()
    assert remove(world, TOMAS, tomas).status_code == 409
    for grants in (("billing_admin:",), (f"global_admin:{demo.LYON}",)):
        answer = change(world, TOMAS, tomas, *grants)
        assert answer.status_code == 422
        assert "Make somebody else one first" in answer.content.decode()
    assert rows() == before
    assert {code for _verb, code in refused(world, TOMAS)} == {"last_global_admin"}


def test_an_admin_who_was_switched_off_does_not_count(world: World) -> None:
    second_admin(world)
    User.objects.filter(pk=world.person(INES).pk).update(is_active=False)
    assert remove(world, TOMAS, world.person(TOMAS)).status_code == 409


def test_an_admin_may_leave_or_step_down_once_there_is_another(world: World) -> None:
    second_admin(world)
    assert change(world, TOMAS, world.person(TOMAS), "billing_admin:").status_code == 302
    assert roles(TOMAS) == {"billing_admin": []}
    browser = world.web(INES)
    third = change(world, INES, world.person(TOMAS), "global_admin:")
    assert third.status_code == 302
    answer = browser.post(f"/team/{world.person(INES).pk}/remove/")
    assert answer["Location"] == "/accounts/login/"
    assert not User.objects.get(email__startswith=f"{INES}@").is_active


# An admin for chosen MPN IDs


def scoped(world: World) -> User:
    """Ines keeps the team for Lyon alone."""
    assert change(world, TOMAS, world.person(INES), f"global_admin:{demo.LYON}").status_code == 302
    return world.person(INES)


@pytest.mark.parametrize("grant", [USER, "global_admin:", f"incentives_user:{demo.MADRID}"])
def test_an_admin_for_chosen_mpn_ids_gives_no_wider_role_than_their_own(world: World, grant: str) -> None:
    scoped(world)
    before = rows()
    assert invite(world, INES, LENA, grant).status_code == 422
    assert rows() == before
    assert refused(world, INES) == [("invite_member", "wider_than_own")]
    assert invite(world, INES, LENA, f"global_admin:{demo.LYON}").status_code == 302


def test_an_admin_for_chosen_mpn_ids_takes_nothing_beyond_them_away(world: World) -> None:
    scoped(world)
    before = rows()
    for whom in (TOMAS, JONAS):
        assert remove(world, INES, world.person(whom)).status_code == 409
    jonas = world.person(JONAS)
    assert change(world, INES, jonas, f"incentives_user:{demo.LYON}").status_code == 422
    assert rows() == before


def test_an_admin_for_chosen_mpn_ids_adds_and_takes_within_them_and_the_rest_stays(world: World) -> None:
    scoped(world)
    jonas = world.person(JONAS)
    page = read(world.web(INES), f"/team/{jonas.pk}/")
    assert f'<input type="hidden" name="grant" value="{USER}">' in page
    assert "Rotterdam" not in page
    assert change(world, INES, jonas, USER, f"billing_admin:{demo.LYON}").status_code == 302
    assert roles(JONAS) == {"billing_admin": [demo.LYON], "incentives_user": []}
    assert change(world, INES, jonas, USER).status_code == 302
    assert roles(JONAS) == {"incentives_user": []}


def test_invitations_of_who_keeps_the_whole_team_no_more_are_withdrawn(world: World) -> None:
    second_admin(world)
    invite(world, INES)
    assert change(world, TOMAS, world.person(INES), f"global_admin:{demo.LYON}").status_code == 302
    assert invited().withdrawn_at is not None
    assert Notification.objects.filter(recipient=world.person(INES), kind="roles_changed").count() == 2
