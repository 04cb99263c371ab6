"""Verbs on the sessions in which a person is signed in."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.db.models import QuerySet

from events.log import Draft, record
from partners.actions.tokens import NoSuchPerson
from partners.models import User


def living_sessions(*, user: User, now: datetime, idle: timedelta, longest: timedelta) -> QuerySet[UserSession]:
    """Where a person is signed in, by the limits on idleness and age that hold for them; last used first."""
    kept = Session.objects.filter(expire_date__gt=now).values("session_key")
    rows = UserSession.objects.filter(user=user, session_key__in=kept)
    return rows.filter(last_seen_at__gt=now - idle, created_at__gt=now - longest).order_by("-last_seen_at", "-pk")


def end_sessions(*, actor: User, keys: list[str], now: datetime) -> int:
    """Ends those of a person's sessions that have these keys, at once; returns how many there were."""
    with transaction.atomic():
        rows = list(UserSession.objects.select_for_update().filter(user=actor, session_key__in=keys).order_by("pk"))
        if rows:
            Session.objects.filter(pk__in=[row.session_key for row in rows]).delete()
            UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
            data = {"sessions": len(rows)}
            record([Draft(f"person:{actor.pk}", "person.sessions_ended", data)], actor_id=actor.pk, now=now)
    return len(rows)


def forget_ended() -> None:
    """Deletes sessions that have ended, and what is still listed of any that are gone, with its network address."""
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def end_all_sessions(*, email: str | None, now: datetime) -> int:
    """Ends all sessions of the person who signs in with `email`, of everybody without one; returns how many there were.

    They are over for good, listed or not. Passwords, second steps and tokens stay: who may come in signs in again. For
    whoever runs the installation. One transaction for each person.

    Raises:
        NoSuchPerson: for an address that nobody has.
    """
    listed = User.objects.filter(pk__in=UserSession.objects.values("user_id"))
    people = listed if email is None else User.objects.filter(email=email.strip().lower())
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    if email is not None and not ids:
        raise NoSuchPerson(email)
    return sum(_end_all(pk, now=now) for pk in ids)


def _end_all(pk: int, *, now: datetime) -> int:
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=pk)
        user.session_epoch += 1
        user.save(update_fields=["session_epoch"])
        rows = UserSession.objects.filter(user=user)
        keys = list(rows.values_list("session_key", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        rows.delete()
        record([Draft(user.subject, "person.sessions_ended", {"sessions": len(keys)})], actor_id=None, now=now)
    return len(keys)
