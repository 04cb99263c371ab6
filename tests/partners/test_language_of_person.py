"""A signed-in person reads their own language; everybody else that of the browser."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import translation

from tests.world import sign_in

pytestmark = [pytest.mark.django_db]


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {request.LANGUAGE_CODE}")


urlpatterns = [path("language/", language)]


def spoken(client: Client, accepted: str) -> tuple[str, str]:
    response = client.get("/language/", headers={"Accept-Language": accepted})
    return response.content.decode(), response.headers["Content-Language"]


@pytest.fixture
def signed_in(person, settings):
    settings.ROOT_URLCONF = __name__

    def make(speaks: str) -> Client:
        client = Client()
        sign_in(client, person(language=speaks))
        return client

    return make


@pytest.mark.parametrize(("own", "browsers"), [("es", "en"), ("en", "es"), ("es", "xx"), ("es", "es")])
def test_the_persons_own_language_comes_before_the_browsers(signed_in, own, browsers):
    assert spoken(signed_in(own), browsers) == (f"{own} {own}", own)


def test_the_browsers_language_serves_a_stranger_and_nobody_inherits_one(signed_in):
    assert spoken(signed_in("es"), "en") == ("es es", "es")
    assert spoken(Client(), "en") == ("en en", "en")
    assert spoken(Client(), "es") == ("es es", "es")
