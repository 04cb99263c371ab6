"""Verb for who lost their phone and their codes, or whose account at a provider has changed."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction

from events.log import Draft, record
from partners.actions.sessions import end_sessions
from partners.actions.tokens import NoSuchPerson
from partners.models import User


def reset_sign_in(*, email: str, now: datetime) -> dict[str, int]:
    """Forgets a person's second steps and links to a provider and ends their sessions; returns how many of each.

    Their password and their tokens stay. For whoever runs the installation, who knows by other means whom they help.

    Raises:
        NoSuchPerson: for an address that nobody has.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
        if user is None:
            raise NoSuchPerson(email)
        keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
        gone = {
            "second_steps": Authenticator.objects.filter(user=user).delete()[0],
            "links": SocialAccount.objects.filter(user=user).delete()[0],
            "sessions": end_sessions(actor=user, keys=keys, now=now),
        }
        record([Draft(f"person:{user.pk}", "person.sign_in_reset", dict(gone))], actor_id=None, now=now)
    return gone
