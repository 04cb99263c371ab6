"""The demo's team: somebody invited, somebody who claims for two places alone, and a conflict of interest."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from arbitration.actions.leaving import declare_conflict
from cpor import demo
from cpor.demo_filing import person
from events.models import Outbox
from partners.actions.accepting import accept_invitation
from partners.actions.team import invite_member
from partners.models import Conflict, Invitation

INVITED = "lena.fischer@haldencloud.example"
SCOPED = ("marek.dvorak@haldencloud.example", "Marek Dvorak")
USER = "incentives_user"


def fill(*, now: datetime, token: Callable[[], str]) -> None:
    """Invites and appoints through the product's own verbs, once; `token` draws one for each invitation."""
    if Invitation.objects.exists():
        return
    tomas = person("tomas.reyes")
    email, name = SCOPED
    at, link = now - timedelta(days=40), token()
    wanted = [(USER, demo.MADRID), (USER, demo.LYON)]
    invite_member(email=email, wanted=wanted, language="en", actor=tomas, now=at, token=link)
    marek = accept_invitation(token=link, name=name, password=demo.PASSWORD, language="en", now=at)
    EmailAddress.objects.create(user=marek, email=email, verified=True, primary=True)
    if not Conflict.objects.exists():
        declare_conflict(
            person_id=person("marta.quint").pk,
            company=demo.BRIGHTWATER,
            reason=Conflict.Reason.WORKED_THERE,
            actor=person("elena.ruiz"),
            now=at,
        )
    Outbox.objects.filter(sent_at=None, not_before=at).update(sent_at=at)  # nobody is to read mails of weeks ago today
    wanted = [(USER, demo.LYON)]
    invite_member(email=INVITED, wanted=wanted, language="en", actor=tomas, now=now, token=token())
