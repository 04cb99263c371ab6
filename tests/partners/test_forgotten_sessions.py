"""Sessions that have ended leave nothing behind."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from partners.tasks import forget_sessions
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases


def test_a_session_that_has_ended_is_deleted_and_one_that_lives_is_not(world: World) -> None:
    kept, gone = world.web("jonas.weber"), world.web("miguel.sa")
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=NOW - timedelta(seconds=1))

    for browser in (kept, gone):
        UserSession.objects.create(user=world.person("jonas.weber"), session_key=browser.session.session_key, ip="::1")

    forget_sessions()

    assert list(UserSession.objects.values_list("session_key", flat=True)) == [kept.session.session_key]
    assert list(Session.objects.values_list("pk", flat=True)) == [kept.session.session_key]
