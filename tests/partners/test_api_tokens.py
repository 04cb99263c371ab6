"""Tokens: made once, kept as a digest, and one answer to every one that does not live."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from partners.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class WhoAmI(APIView):
    """Answers with the caller's address."""

    def get(self, request):
        return Response({"email": request.user.email})


urlpatterns = [path("api/v1/who/", WhoAmI.as_view())]


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ROOT_URLCONF = __name__


def create(email: str) -> tuple[str, str]:
    out, advice = StringIO(), StringIO()
    call_command("create_token", email, stdout=out, stderr=advice)
    return out.getvalue(), advice.getvalue()


def ask(authorization: str | None) -> tuple[int, str, bytes]:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = Client().get("/api/v1/who/", headers=headers)
    return response.status_code, response.headers.get("WWW-Authenticate", ""), response.content


def test_a_token_is_printed_alone_and_only_its_digest_is_kept(person):
    user = person("ana@contoso.example")
    out, advice = create("Ana@Contoso.example ")
    token = out.removesuffix("\n")
    assert re.fullmatch(r"cpor_[A-Za-z0-9_-]{43}", token)
    assert advice.strip() == "Keep it now: it cannot be shown again."
    row = ApiToken.objects.get()
    assert row.user == user
    assert token not in str(ApiToken.objects.values().get())
    assert ask(f"Bearer {token}") == (200, "", b'{"email":"ana@contoso.example"}')


def test_a_person_may_hold_several_tokens_and_each_is_another(person):
    person("ana@contoso.example")
    tokens = {create("ana@contoso.example")[0].strip() for _ in range(3)}
    assert len(tokens) == 3
    assert {ask(f"bearer {token}")[0] for token in tokens} == {200}


@pytest.mark.parametrize("email", ["nobody@contoso.example", "left@contoso.example", ""])
def test_no_token_for_an_unknown_address_or_one_who_left(person, email):
    person("left@contoso.example", is_active=False)
    with pytest.raises(CommandError, match="Nobody active signs in with"):
        create(email)
    assert not ApiToken.objects.exists()


def test_a_living_token_with_something_added_is_none(person):
    person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    assert [ask(f"Bearer {token}{more}")[0] for more in ("", " x", "x", ", Bearer x")] == [200, 401, 401, 401]


def test_a_request_without_a_token_is_told_the_way_in():
    status, way_in, _body = ask(None)
    assert (status, way_in) == (401, 'Bearer realm="CPOR"')


def test_malformed_unknown_and_departed_get_one_answer(person):
    user = person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    user.is_active = False
    user.save()
    given = ["Bearer", "Bearer ", "Bearer cpor_unknown", f"Bearer {token}", f"Bearer {token} x", "Bearer \u00ff\x00"]
    answers = {ask(authorization) for authorization in given}
    assert len(answers) == 1
    status, way_in, body = answers.pop()
    assert (status, way_in) == (401, 'Bearer realm="CPOR"')
    assert b"This token is not valid" in body


def test_a_token_costs_one_query(person, django_assert_num_queries):
    person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    with django_assert_num_queries(1):
        assert ask(f"Bearer {token}")[0] == 200
