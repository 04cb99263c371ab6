"""Somebody asks support, by mail to the operator: tied to the claim and to what was found, so that all is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from claims.actions.drafts import new_reference
from claims.errors import SupportLimit
from claims.models import Claim, SupportRequest
from claims.states import ClaimState
from events.log import Draft, record
from events.outbox import Letter, post
from partners.models import User
from partners.roles import standing_of

if TYPE_CHECKING:
    from events.models import Event

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 10


@dataclass(frozen=True)
class Topic:
    """One thing that was refused or found: its code, the field, and what the page said of it."""

    code: str
    field: str
    message: str


def ask_support(
    *,
    claim: Claim | None,
    page: str,
    about: Sequence[Topic],
    words: str,
    key: str,
    actor: User,
    now: datetime,
    random: Random,
) -> SupportRequest:
    """Sends support what a page was about, recorded on the claim. Sent again under its key it is the same request.

    `page` is a path of ours; `words` are read by `read_words`, and may be none. The mail is answered to the person.

    Raises:
        SupportLimit: for the eleventh within an hour.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
        own = SupportRequest.objects.filter(asker=actor)
        if before := own.filter(key=key).first():
            return before
        recent = list(own.filter(at__gt=now - HOUR).order_by("at").values_list("at", flat=True)[:MOST_AN_HOUR])
        if len(recent) == MOST_AN_HOUR:
            raise SupportLimit(int((recent[0] + HOUR - now).total_seconds()) + 1)
        asked = SupportRequest.objects.create(
            number=new_reference(random).replace("CP-", "SR-"),
            asker=actor,
            claim=claim,
            page=page,
            about=[[topic.code, topic.field] for topic in about],
            words=words,
            key=key,
            at=now,
        )
        told = {"request": asked.pk, "codes": sorted({topic.code for topic in about})}
        subject = claim.subject if claim else f"support:{asked.pk}"
        event, *_ = record([Draft(subject, "support.asked", told)], actor_id=actor.pk, now=now)
        _send(event, asked, about, actor)
    return asked


def _send(event: "Event", asked: SupportRequest, about: Sequence[Topic], actor: User) -> None:
    claim = asked.claim
    sent = claim is not None and claim.state != ClaimState.EDITING
    post(
        event,
        Letter(
            address=settings.SUPPORT_EMAIL,
            name="",
            language=actor.language,
            kind="support_asked",
            path=claim.path if claim and sent else "",
            reply_to=actor.email,
            values={
                "number": asked.number,
                "person": str(actor),
                "email": actor.email,
                "company": standing_of(actor).speaks_for,
                "reference": claim.reference if claim else "",
                "draft": claim is not None and not sent,
                "page": settings.SITE_URL + asked.page if asked.page else "",
                "about": [vars(topic) for topic in about],
                "words": asked.words,
            },
        ),
    )
