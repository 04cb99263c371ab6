"""Signing in with address and password, setting one, and what a stranger can learn on the way: nothing."""

import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse

from partners.models import User

pytestmark = [pytest.mark.django_db]

PASSWORD = "correct horse battery staple"


class CountingHasher(Argon2PasswordHasher):
    """Argon2, which counts how often it is made to work."""

    work = 0

    def encode(self, *args, **kwargs):
        type(self).work += 1
        return super().encode(*args, **kwargs)

    def verify(self, *args, **kwargs):
        type(self).work += 1
        return super().verify(*args, **kwargs)


@pytest.fixture
def browser():
    """A browser at an address of its own: the limiter counts per network address, over all runs of the last minutes."""
    bits = uuid.uuid4().int
    return Client(REMOTE_ADDR=f"10.{bits % 256}.{bits // 256 % 256}.{bits // 65536 % 256}")


@pytest.fixture
def ana(person):
    return person(f"ana-{uuid.uuid4().hex}@contoso.example", password=PASSWORD, name="Ana")


def sign_in(browser: Client, email: str, password: str):
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def signed_in_as(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def test_passwords_are_kept_as_argon2(ana):
    assert ana.password.startswith("argon2$argon2id$")


def test_an_address_signs_in_in_any_case(browser, ana):
    response = sign_in(browser, ana.email.upper(), PASSWORD)
    assert (response.status_code, signed_in_as(browser)) == (302, str(ana.pk))


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper()])
def test_a_wrong_password_does_not(browser, ana, password):
    response = sign_in(browser, ana.email, password)
    assert (response.status_code, signed_in_as(browser)) == (200, None)


def test_one_who_left_does_not(browser, ana):
    ana.is_active = False
    ana.save()
    sign_in(browser, ana.email, PASSWORD)
    assert signed_in_as(browser) is None


def test_after_five_wrong_passwords_even_the_right_one_waits_and_nothing_is_hashed(browser, ana, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.work = 0
    for _ in range(5):
        sign_in(browser, ana.email, "wrong")
    assert CountingHasher.work == 5
    response = sign_in(browser, ana.email, PASSWORD)
    assert signed_in_as(browser) is None
    assert "Too many failed login attempts" in response.content.decode()
    assert CountingHasher.work == 5


def test_signing_up_is_closed(browser):
    email = "new@contoso.example"
    given = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    browser.post(reverse("account_signup"), given)
    assert not User.objects.filter(email=email).exists()
    assert signed_in_as(browser) is None


def test_an_unknown_address_is_refused_as_a_wrong_password_is(browser, ana):
    def texts(response) -> list[str]:
        return [str(error) for errors in response.context["form"].errors.values() for error in errors]

    known = texts(sign_in(browser, ana.email, "wrong"))
    unknown = texts(sign_in(browser, f"{uuid.uuid4().hex}@contoso.example", "wrong"))
    assert known
    assert known == unknown


def test_asking_for_a_new_password_answers_alike_for_everyone_and_links_for_people_only(browser, ana, mailoutbox):
    stranger = f"{uuid.uuid4().hex}@contoso.example"
    page = reverse("account_reset_password")
    answers = [browser.post(page, {"email": email}) for email in (ana.email, stranger)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    linked = [mail.to for mail in mailoutbox if "/password/reset/key/" in mail.body]
    assert linked == [[ana.email]]


def test_an_imported_person_sets_a_password_by_mail_and_signs_in(browser, import_file, mailoutbox):
    email = f"ben-{uuid.uuid4().hex}@contoso.example"
    import_file({"partners": [{"name": "Contoso", "users": [{"email": email, "roles": ["incentives_user"]}]}]})
    assert sign_in(browser, email, "").status_code == 200
    browser.post(reverse("account_reset_password"), {"email": email})
    link = re.search(r"https?://\S+/password/reset/key/\S+", mailoutbox[0].body)[0]
    form = browser.get(urlsplit(link).path, follow=True).request["PATH_INFO"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    sign_in(browser, email, PASSWORD)
    assert signed_in_as(browser) == str(User.objects.get(email=email).pk)


@pytest.mark.parametrize("door", ["account_login", "account_logout", "account_reset_password"])
@pytest.mark.parametrize("away", ["http://[x", "//[x", "//evil.example/", "https:evil.example"])
def test_who_is_sent_astray_or_nowhere_stays_here(browser, ana, door, away):
    page = browser.get(reverse(door), {"next": away})
    assert page.status_code in {200, 302}
    sign_in = browser.post(
        f"{reverse('account_login')}?next={away}", {"login": ana.email, "password": PASSWORD, "next": away}
    )
    assert (sign_in.status_code, sign_in["Location"]) == (302, reverse("home"))
    assert browser.post(reverse("account_logout"), {"next": away})["Location"].startswith("/")
