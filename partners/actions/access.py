"""Verbs on what lets a person in, and on the language they are spoken to in."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from events.inbox import forget
from events.log import Draft
from events.outbox import recall
from partners.actions.invitations import side_of
from partners.models import ApiToken, Invitation, Membership, OperatorRole, User

MOST_VIEWS = 12  # of one list
LONGEST_NAME, LONGEST_QUERY = 40, 500  # of a saved view


class Ended(NamedTuple):
    """What ended with somebody's access: how many tokens, and what the act is to record of invitations they sent."""

    tokens: int
    withdrawn: list[Draft]


def choose_language(*, user: User, language: str) -> None:
    """Speaks `language`, one of the settings', with this person from now on."""
    user.language = language
    user.save(update_fields=["language"])


def save_view(*, user: User, page: str, name: str, query: str) -> None:
    """Keeps a list as it is narrowed under a name of this person's; what had that name on the same page is replaced.

    Raises:
        ValidationError: `name_missing`; `too_many_views`.
    """
    name = "".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME]
    if not name:
        raise ValidationError(_("Give the view a name, such as Due this week."), code="name_missing")
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        kept = [view for view in row.saved_views if (view["page"], view["name"]) != (page, name)]
        if sum(view["page"] == page for view in kept) >= MOST_VIEWS:
            told = _("You have saved %(most)s views of this list. Forget one of them first.") % {"most": MOST_VIEWS}
            raise ValidationError(told, code="too_many_views")
        row.saved_views = [*kept, {"page": page, "name": name, "query": query[:LONGEST_QUERY]}]
        row.save(update_fields=["saved_views"])


def forget_view(*, user: User, page: str, name: str) -> None:
    """Keeps the view with this name no longer; one that there is not is forgotten already."""
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row.saved_views = [view for view in row.saved_views if (view["page"], view["name"]) != (page, name)]
        row.save(update_fields=["saved_views"])


def end_access(*, user: User, now: datetime) -> Ended:
    """Ends all that lets this person in, from the very next request on.

    Inside the act's transaction, with the person locked. Their sessions end for good: should they be invited again, the
    old ones stay dead. What they were told is forgotten, and what they looked for, for it belongs to those they worked
    for. Their declared conflicts stay: they still know what they knew.
    """
    user.is_active = False
    user.session_epoch += 1
    user.saved_views = []
    user.save(update_fields=["is_active", "session_epoch", "saved_views"])
    Membership.objects.filter(user=user).delete()
    OperatorRole.objects.filter(user=user).delete()
    tokens, _rows = ApiToken.objects.filter(user=user).delete()
    withdrawn = withdraw_sent_by(user, now=now)
    forget(user.pk)
    user.__dict__.pop("_standing", None)
    return Ended(tokens, withdrawn)


def waiting_of(user: User) -> int:
    """How many invitations this person has sent, to whichever side, that nobody has accepted yet."""
    return Invitation.objects.open().filter(invited_by=user).count()


def withdraw_sent_by(user: User, *, now: datetime) -> list[Draft]:
    """Withdraws what waits of the invitations this person has sent: who asks nobody in any more has asked nobody.

    Returns what the act is to record of it, one for each, on the chain of its side.
    """
    waiting = Invitation.objects.open().filter(invited_by=user).order_by("pk")
    sent = list(waiting.select_for_update(of=("self",), no_key=True).select_related("partner"))
    recall([invitation.mail for invitation in sent if invitation.mail])
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in sent]).update(withdrawn_at=now)
    return [
        Draft(side_of(invitation), "invitation.withdrawn", {"invitation": invitation.pk, "sender": user.pk})
        for invitation in sent
    ]
