"""Verbs on what lets a person in, and on the language they are spoken to in."""

from datetime import datetime

from events.inbox import forget
from events.outbox import recall
from partners.models import ApiToken, Invitation, Membership, OperatorRole, User


def choose_language(*, user: User, language: str) -> None:
    """Speaks `language`, one of the settings', with this person from now on."""
    user.language = language
    user.save(update_fields=["language"])


def end_access(*, user: User, now: datetime) -> int:
    """Ends all that lets this person in, from the very next request on; returns how many tokens ended.

    Inside the act's transaction, with the person locked. Their sessions end for good: should they be invited again, the
    old ones stay dead. What they were told is forgotten, for it belongs to those they worked for. Their declared
    conflicts stay: they still know what they knew.
    """
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    Membership.objects.filter(user=user).delete()
    OperatorRole.objects.filter(user=user).delete()
    tokens, _rows = ApiToken.objects.filter(user=user).delete()
    withdraw_sent_by(user, now=now)
    forget(user.pk)
    user.__dict__.pop("_standing", None)
    return tokens


def withdraw_sent_by(user: User, *, now: datetime) -> int:
    """Withdraws what waits of the invitations this person has sent: who asks nobody in any more has asked nobody."""
    sent = Invitation.objects.open().filter(invited_by=user)
    recall(list(sent.exclude(mail="").values_list("mail", flat=True)))
    return sent.update(withdrawn_at=now)
