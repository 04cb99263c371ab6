"""Signing in by a company's own OpenID Connect provider: a real one, over HTTP; who comes in, as what, and who not."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from partners.models import Membership, OperatorRole, User
from tests.claims.given import everything
from tests.partners.provider import OURS, TENANT, RunningProvider, running
from tests.partners.signing_in import code, stranger, told_of, whose, with_app, with_password
from tests.world import World, fill

JONAS, NADIA = "jonas.weber@haldencloud.example", "nadia.okafor@northgate.example"
NOBODY = "nobody@haldencloud.example"
# What signing in leaves behind in any case, also where it is refused.
TRACES = ("django_session", "events_event", "events_chain")


@pytest.fixture(scope="module")
def running_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    people = [JONAS, NADIA, NOBODY, "ines.moreau@haldencloud.example"]
    with running(tmp_path_factory.mktemp("provider"), people, [OURS]) as found:
        yield found


@pytest.fixture
def provider(running_provider: RunningProvider, settings: Any) -> RunningProvider:
    """The provider, in our settings; its clock is the real one, and so is ours."""
    running_provider.is_itself_again()
    running_provider.says(JONAS, tid=TENANT)
    settings.OIDC = running_provider.settings()
    return running_provider


@pytest.fixture
def world(db: None) -> World:
    fill()
    return World()


@pytest.fixture
def jonas(world: World) -> User:
    return world.person("jonas.weber")


def asked(browser: Client, path: str = "/accounts/provider/?next=/messages/") -> str:
    """The address at the provider that our site leads to."""
    answer = browser.get(path)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come(provider: RunningProvider, email: str = JONAS, browser: Client | None = None) -> tuple[Client, Any]:
    """Signs in by the provider; returns the browser and our last answer."""
    browser = browser or stranger()
    return browser, browser.get(provider.walk(asked(browser), email))


def refused(answer: Any, code: str, status: int = 403) -> None:
    page = answer.content.decode()
    assert (answer.status_code, f'<p class="id">{code}</p>' in page) == (status, True), page


# Who comes in


def test_somebody_known_by_their_verified_address_is_linked_and_let_in(provider: RunningProvider, jonas: User) -> None:
    browser, answer = come(provider)
    assert (answer.status_code, answer["Location"], whose(browser)) == (302, "/messages/", jonas.pk)
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.extra_data) == (jonas, "provider", {})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    kinds = [("person.linked", {"provider": "provider"}), ("person.signed_in", {"by": ["socialaccount"]})]
    assert told_of(jonas) == kinds


def test_what_is_asked_has_a_challenge_a_nonce_and_a_state_and_nothing_a_stranger_wrote(
    provider: RunningProvider, jonas: User
) -> None:
    url = asked(stranger(), "/accounts/provider/?scope=admin&auth_params=prompt%3Dnone&process=connect")
    query = parse_qs(urlsplit(url).query)
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["nonce"][0]) == 32
    assert "prompt" not in query
    assert query["redirect_uri"] == [OURS]


def test_who_is_linked_is_known_by_the_providers_key_whatever_their_address(
    provider: RunningProvider, jonas: User
) -> None:
    come(provider)
    provider.says(JONAS, tid=TENANT, email="jonas.married@haldencloud.example", email_verified=False)
    browser, _answer = come(provider)
    assert whose(browser) == jonas.pk
    assert SocialAccount.objects.count() == 1


def test_microsofts_own_word_for_a_verified_address_counts(provider: RunningProvider, jonas: User) -> None:
    provider.says(JONAS, tid=TENANT, email_verified=None, xms_edov=True)
    assert whose(come(provider)[0]) == jonas.pk


def test_an_address_is_known_in_any_case(provider: RunningProvider, jonas: User) -> None:
    provider.says(JONAS, tid=TENANT, email=JONAS.upper())
    assert whose(come(provider)[0]) == jonas.pk


def test_who_has_an_app_here_is_asked_for_its_code_too(provider: RunningProvider, jonas: User) -> None:
    secret = with_app(jonas)
    browser, answer = come(provider)
    assert (answer["Location"], whose(browser)) == ("/accounts/2fa/", None)
    browser.post("/accounts/2fa/", {"code": code(secret)})
    assert whose(browser) == jonas.pk


# Who does not


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"tid": TENANT, "email_verified": False}, "address_unverified"),
        ({"tid": TENANT, "email_verified": "true"}, "address_unverified"),
        ({"tid": TENANT, "email_verified": None}, "address_unverified"),
        ({"tid": TENANT, "email": None}, "address_unverified"),
        ({"tid": "00000000-0000-0000-0000-000000000000"}, "tenant_foreign"),
        ({}, "tenant_foreign"),
        ({"tid": TENANT, "nonce": "of another question"}, "nonce_wrong"),
        ({"tid": TENANT, "nonce": None}, "nonce_wrong"),
        ({"tid": TENANT, "expired": True}, "token_expired"),
        ({"tid": TENANT, "exp": None}, "token_wrong"),
        ({"tid": TENANT, "aud": "another application"}, "token_wrong"),
        ({"tid": TENANT, "iss": "https://elsewhere.example"}, "token_wrong"),
        ({"tid": TENANT, "_claim_names": {"groups": "src1"}}, "groups_untold"),
    ],
)
def test_a_word_that_is_not_enough_lets_nobody_in_and_changes_nothing(
    provider: RunningProvider, jonas: User, claims: dict[str, Any], why: str
) -> None:
    provider.says(JONAS, **claims)
    before = everything(but=TRACES)
    browser, answer = come(provider)
    refused(answer, why)
    assert whose(browser) is None
    assert everything(but=TRACES) == before
    assert told_of(None) + told_of(jonas) == [("person.refused", {"door": "provider", "why": why})]


def test_nobody_signs_up(provider: RunningProvider, world: World) -> None:
    provider.says(NOBODY, tid=TENANT)
    before = everything(but=TRACES)
    browser, answer = come(provider, NOBODY)
    refused(answer, "person_unknown")
    assert "Your company&#x27;s global admin adds you" in answer.content.decode()
    assert everything(but=TRACES) == before
    assert told_of(None) == [("person.refused", {"door": "provider", "why": "person_unknown"})]
    assert whose(browser) is None


@pytest.mark.parametrize("linked", [False, True])
def test_who_was_switched_off_stays_out(provider: RunningProvider, jonas: User, linked: bool) -> None:
    if linked:
        come(provider)
    User.objects.filter(pk=jonas.pk).update(is_active=False)
    before = everything(but=TRACES)
    browser, answer = come(provider)
    assert (answer.status_code, whose(browser)) == (403, None)
    assert "This account is closed" in answer.content.decode()
    assert everything(but=TRACES) == before
    assert told_of(jonas)[-1] == ("person.refused", {"door": "provider", "why": "deactivated"})


def test_an_address_that_was_given_to_somebody_else_opens_nothing(provider: RunningProvider, jonas: User) -> None:
    come(provider)
    provider.says("ines.moreau@haldencloud.example", tid=TENANT, email=JONAS)
    browser, answer = come(provider, "ines.moreau@haldencloud.example")
    refused(answer, "linked_otherwise")
    assert whose(browser) is None


@pytest.mark.parametrize("same_name", [True, False])
def test_a_forged_signature_opens_nothing(provider: RunningProvider, jonas: User, same_name: bool) -> None:
    provider.signs_with_another_key(of_the_same_name=same_name)
    browser, answer = come(provider)
    refused(answer, "token_wrong")
    assert whose(browser) is None


def test_an_answer_counts_once_and_in_the_browser_that_asked(provider: RunningProvider, jonas: User) -> None:
    browser, other = stranger(), stranger()
    back = provider.walk(asked(browser), JONAS)
    refused(other.get(back), "state_unknown")
    browser.get(back)
    assert whose(browser) == jonas.pk
    browser.post("/accounts/logout/")
    refused(browser.get(back), "state_unknown")
    assert whose(browser) is None


def test_a_code_that_was_taken_before_is_refused_by_the_provider(provider: RunningProvider, jonas: User) -> None:
    browser, session = stranger(), requests.Session()
    first = provider.walk(asked(browser), JONAS, session)
    used = parse_qs(urlsplit(first).query)["code"][0]
    browser.get(first)
    thief = stranger()
    own = provider.walk(asked(thief), JONAS, session)
    fresh = parse_qs(urlsplit(own).query)["code"][0]
    refused(thief.get(own.replace(fresh, used)), "code_refused")
    assert whose(thief) is None


def test_a_code_of_another_browser_fails_for_its_challenge(provider: RunningProvider, jonas: User) -> None:
    victim, thief = stranger(), stranger()
    stolen = parse_qs(urlsplit(provider.walk(asked(victim), JONAS)).query)["code"][0]
    own = provider.walk(asked(thief), JONAS)
    refused(thief.get(own.replace(parse_qs(urlsplit(own).query)["code"][0], stolen)), "code_refused")
    assert whose(thief) is None


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?state=%00&code=%00"])
def test_an_answer_that_nobody_asked_for_is_refused(provider: RunningProvider, world: World, query: str) -> None:
    refused(stranger().get(f"/accounts/provider/callback/{query}"), "state_unknown")


def test_who_changes_their_mind_there_is_back_at_the_sign_in(provider: RunningProvider, world: World) -> None:
    browser = stranger()
    state = parse_qs(urlsplit(asked(browser)).query)["state"][0]
    answer = browser.get(f"/accounts/provider/callback/?error=access_denied&state={state}", follow=True)
    assert "You did not sign in with Halden." in answer.content.decode()


def test_a_provider_that_does_not_answer_is_said_so(provider: RunningProvider, world: World, settings: Any) -> None:
    settings.OIDC = provider.settings(server="http://127.0.0.1:9")
    refused(stranger().get("/accounts/provider/"), "provider_silent", 503)


def test_without_a_provider_there_is_no_such_way(world: World, settings: Any) -> None:
    settings.OIDC = None
    for path in ("", "callback/", "confirm/", "confirm/there/"):
        assert world.web("jonas.weber").get(f"/accounts/provider/{path}").status_code == 404, path
    assert "/accounts/provider/" not in stranger().get("/accounts/login/").content.decode()


# As what


def roles_of(user: User) -> list[str]:
    company = Membership.objects.filter(user=user).values_list("role", flat=True)
    return sorted([*company, *OperatorRole.objects.filter(user=user).values_list("role", flat=True)])


def test_groups_give_and_take_the_roles_that_are_mapped_and_no_others(
    provider: RunningProvider, jonas: User, settings: Any
) -> None:
    company = Membership.objects.get(user=jonas).partner
    roles = {"g-admins": [(company.name, "incentives_admin")], "g-money": [(company.name, "billing_admin")]}
    settings.OIDC = provider.settings(roles=roles)
    provider.says(JONAS, tid=TENANT, groups=["g-admins", "g-money", "g-else"])
    come(provider)
    assert roles_of(jonas) == ["billing_admin", "incentives_admin", "incentives_user"]
    provider.says(JONAS, tid=TENANT, groups=["g-money"])
    come(provider)
    assert roles_of(jonas) == ["billing_admin", "incentives_user"]
    changes = [[grant["role"] for grant in data["grants"]] for kind, data in told_of(jonas) if "role" in kind]
    assert changes == [
        ["billing_admin", "incentives_admin", "incentives_user"],
        ["billing_admin", "incentives_user"],
    ]
    come(provider)
    assert len([kind for kind, _data in told_of(jonas) if "role" in kind]) == 2


def test_who_leaves_the_groups_of_the_operator_leaves_its_desk(
    provider: RunningProvider, world: World, settings: Any
) -> None:
    settings.OIDC = provider.settings(roles={"reviewers": [("", "reviewer")], "leads": [("", "lead")]})
    provider.says(NADIA, tid=TENANT, groups=["leads"])
    browser, _answer = come(provider, NADIA)
    assert roles_of(world.person("nadia.okafor")) == ["lead"]
    assert browser.get("/review/").status_code == 200
    provider.says(NADIA, tid=TENANT)
    come(provider, NADIA, browser)
    assert roles_of(world.person("nadia.okafor")) == []
    assert browser.get("/review/").status_code == 403


def test_a_group_of_another_company_lets_nobody_in(provider: RunningProvider, jonas: User, settings: Any) -> None:
    settings.OIDC = provider.settings(roles={"g": [("Brightwater Partners", "global_admin")]})
    provider.says(JONAS, tid=TENANT, groups=["g"])
    before = everything(but=TRACES)
    browser, answer = come(provider)
    refused(answer, "other_company")
    assert whose(browser) is None
    assert everything(but=TRACES) == before


# What it is worth


@pytest.mark.parametrize(
    ("methods", "way"), [(["pwd", "mfa"], None), (["pwd"], "/accounts/security/"), (None, "/accounts/security/")]
)
def test_a_second_step_at_the_provider_counts_where_its_token_says_so(
    provider: RunningProvider, world: World, settings: Any, methods: list[str] | None, way: str | None
) -> None:
    settings.REQUIRE_MFA = True
    provider.says(NADIA, tid=TENANT, amr=methods)
    browser, _answer = come(provider, NADIA)
    assert browser.get("/review/").get("Location") == way


def later(seconds: int) -> int:
    return int(time.time()) + seconds


def test_who_has_nothing_but_the_provider_shows_there_again_who_they_are(
    provider: RunningProvider, jonas: User
) -> None:
    provider.says(JONAS, tid=TENANT, auth_time=later(-3600))
    browser, _answer = come(provider)
    posted = {"name": "Nightly export", "scope": "read", "days": "30"}
    way = browser.post("/accounts/tokens/new/", posted)["Location"]
    assert way.startswith("/accounts/provider/confirm/?next=")
    page = browser.get(way).content.decode()
    assert "Go to Halden" in page
    there = asked(browser, "/accounts/provider/confirm/there/?next=/accounts/tokens/new/")
    query = parse_qs(urlsplit(there).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    back = provider.walk(there, JONAS)
    refused(browser.get(back), "not_asked_again")
    assert jonas.api_tokens.count() == 0
    provider.says(JONAS, tid=TENANT, auth_time=later(0))
    answer = browser.get(
        provider.walk(asked(browser, "/accounts/provider/confirm/there/?next=/accounts/tokens/new/"), JONAS)
    )
    assert "The token is made." in answer.content.decode()
    assert [row.name for row in jonas.api_tokens.all()] == ["Nightly export"]


def test_to_confirm_as_somebody_else_confirms_nothing_and_signs_nobody_in(
    provider: RunningProvider, jonas: User
) -> None:
    provider.says(JONAS, tid=TENANT, auth_time=later(-3600))
    browser, _answer = come(provider)
    provider.says("ines.moreau@haldencloud.example", tid=TENANT, auth_time=later(0))
    there = asked(browser, "/accounts/provider/confirm/there/?next=/accounts/tokens/")
    refused(browser.get(provider.walk(there, "ines.moreau@haldencloud.example")), "somebody_else")
    assert whose(browser) == jonas.pk
    assert browser.post("/accounts/tokens/new/", {})["Location"].startswith("/accounts/provider/confirm/")


def test_a_fresh_sign_in_there_is_recent_enough(provider: RunningProvider, jonas: User) -> None:
    provider.says(JONAS, tid=TENANT, auth_time=later(0))
    browser, _answer = come(provider)
    assert browser.post("/accounts/tokens/new/", {"name": "x", "scope": "read", "days": "1"}).status_code == 200


def test_who_has_a_password_too_may_choose(provider: RunningProvider, jonas: User) -> None:
    with_password(jonas)
    provider.says(JONAS, tid=TENANT, auth_time=later(-3600))
    browser, _answer = come(provider)
    way = browser.post("/accounts/tokens/new/", {})["Location"]
    assert way.startswith("/accounts/reauthenticate/")
    assert "Use Halden" in browser.get(way).content.decode()
