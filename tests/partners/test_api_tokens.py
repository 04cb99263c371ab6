"""Tokens: made once, kept as a digest, and one answer to every one that does not live."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from cpor.urls import urlpatterns as site
from partners.actions.tokens import revoke_token
from partners.models import ApiToken
from tests.partners.signing_in import told_of

NOW, DAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC), timedelta(days=1)
pytestmark = [pytest.mark.django_db]


class WhoAmI(APIView):
    """Answers with the caller's address."""

    def get(self, request):
        return Response({"email": request.user.email})

    def post(self, request):
        return Response({"written": True})


urlpatterns = [path("api/v1/who/", WhoAmI.as_view()), *site]


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ROOT_URLCONF = __name__


def create(email: str, *options: str) -> tuple[str, str]:
    out, advice = StringIO(), StringIO()
    call_command("create_token", email, *options, stdout=out, stderr=advice)
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


def test_a_token_costs_one_query_and_once_an_hour_one_more(person, django_assert_num_queries):
    person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    with time_machine.travel(NOW, tick=False):
        ApiToken.objects.update(created_at=NOW, expires_at=NOW + DAY)
        for queries in (2, 1, 1):
            with django_assert_num_queries(queries):
                assert ask(f"Bearer {token}")[0] == 200
    assert ApiToken.objects.get().last_used_at == NOW.replace(minute=0)
    with time_machine.travel(NOW + timedelta(minutes=55), tick=False), django_assert_num_queries(2):
        assert ask(f"Bearer {token}")[0] == 200


def test_a_token_of_the_command_writes_for_ninety_days_unless_told_otherwise(person):
    user = person("ana@contoso.example")
    create("ana@contoso.example")
    create("ana@contoso.example", "--scope=read", "--days=365")
    rows = ApiToken.objects.order_by("pk")
    assert [(row.scope, row.expires_at - row.created_at) for row in rows] == [("write", 90 * DAY), ("read", 365 * DAY)]
    kinds = [(kind, data["token"], data["scope"]) for kind, data in told_of(user)]
    assert kinds == [("person.token_made", row.pk, row.scope) for row in rows]


@pytest.mark.parametrize("days", ["0", "-1", "366", "99999999999"])
def test_no_token_lives_for_no_time_or_more_than_a_year(person, days):
    person("ana@contoso.example")
    with pytest.raises(CommandError, match="1 to 365 days"):
        create("ana@contoso.example", f"--days={days}")
    assert not ApiToken.objects.exists()


def test_of_several_tokens_of_a_person_each_has_its_own_scope(person):
    person("ana@contoso.example")
    tokens = [create("ana@contoso.example", f"--scope={scope}")[0].strip() for scope in ("read", "write", "read")]
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    assert [Client().post("/api/v1/who/", headers=one).status_code for one in headers] == [403, 200, 403]


def test_a_reading_token_changes_nothing_and_is_told_what_would(person):
    person("ana@contoso.example")
    token = create("ana@contoso.example", "--scope=read")[0].strip()
    assert ask(f"Bearer {token}")[0] == 200
    answer = Client().post("/api/v1/who/", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "token_reads_only"
    assert "Make one that may write" in answer.json()["detail"]


@pytest.mark.parametrize("why", ["revoked", "expired", "deactivated"])
def test_a_token_that_lives_no_more_is_as_an_unknown_one_and_an_event_once_an_hour(person, why):
    user = person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    row = ApiToken.objects.get()
    if why == "revoked":
        assert revoke_token(actor=user, token_id=row.pk, now=timezone.now())
        assert not revoke_token(actor=user, token_id=row.pk, now=timezone.now())
    elif why == "expired":
        ApiToken.objects.update(created_at=timezone.now() - 2 * DAY, expires_at=timezone.now() - DAY)
    else:
        type(user).objects.update(is_active=False)
    assert {ask(f"Bearer {token}") for _ in range(3)} == {ask("Bearer cpor_unknown")}
    refused = [data for kind, data in told_of(user) if kind == "person.token_refused"]
    assert refused == [{"token": row.pk, "why": why}]
    assert told_of(None) == []
    assert ApiToken.objects.get().last_used_at is None


def test_nobody_revokes_the_token_of_another(person):
    person("ana@contoso.example")
    token = create("ana@contoso.example")[0].strip()
    assert not revoke_token(actor=person(), token_id=ApiToken.objects.get().pk, now=timezone.now())
    assert ask(f"Bearer {token}")[0] == 200
