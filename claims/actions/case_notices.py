"""Who hears of cases, disputes and what follows from them. No message names another party."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from claims.actions.notices import excerpt_of, own_people, shortened
from claims.calendars import last_day
from claims.models import Claim, ClaimLine, Comment, InformationRequest, Judge, Party
from claims.states import OPEN_CLAIMS
from events.models import Event
from events.outbox import Notice, tell, tell_all
from partners.people import people_around, people_of

if TYPE_CHECKING:
    from partners.models import User


def tell_of_case_request(event: Event, claim: Claim, request: InformationRequest, *, actor: "User") -> None:
    """The company's people who sent or began the claim: what is asked, and until when."""
    values = {**excerpt_of(claim, request.comment, actor), "due_day": last_day(request.due_at)}
    _tell_own(event, claim, "proof_asked", values, address=f"{claim.path}#comments")


def tell_of_due_request(event: Event, claim: Claim, request: InformationRequest) -> None:
    """The company's people who sent or began the claim: the time to answer ends soon."""
    values = {**_names(claim), "due_day": last_day(request.due_at)}
    _tell_own(event, claim, "answer_due", values, address=f"{claim.path}#comments")


def tell_of_hearing(event: Event, claim: Claim, days: int) -> None:
    """The company's people who sent or began the claim: the present partner is heard, so it may take longer."""
    _tell_own(event, claim, "present_partner_heard", {**_names(claim), "days": days})


def tell_of_case_answer(
    event: Event, claim: Claim, request: InformationRequest, comment: Comment, *, actor: "User"
) -> None:
    """Who asked, where they may still judge all parties of the case; else all who may."""
    parties = Party.objects.filter(case=request.case_id).values_list("partner_id", flat=True)
    judges = frozenset.intersection(
        *(people.reviewers for people in people_around({claim.partner_id, *parties}).values())
    )
    asker = request.comment.author_id
    hearers = {asker} if asker in judges else judges
    values = {**excerpt_of(claim, comment, actor), "partner": claim.partner.name}
    path = f"/review/cases/{request.case_id}/"
    tell(event, [Notice(user_id, "proof_answered", path, values) for user_id in hearers if user_id])


def tell_of_dispute(event: Event, claim: Claim, lines: Sequence[ClaimLine], comment: Comment, *, actor: "User") -> None:
    """A receipt to who disputes, word to who sent or began the claim, and to all reviewers who may judge it."""
    people = people_of(claim.partner_id)
    values = {
        **_names(claim),
        "product": ", ".join(line.product_name for line in lines),
        "partner": claim.partner.name,
        "excerpt": shortened(comment.body),
        "due_day": claim.due_days[-1][0],
    }
    before = set(Judge.objects.filter(line__in=lines).values_list("user_id", flat=True))
    own = {actor.pk} & people.members | own_people(claim, people)
    told = [Notice(pk, "dispute_sent", claim.path, values, receipt=pk == actor.pk) for pk in own if pk]
    told += [Notice(pk, "dispute_waiting", claim.path, values) for pk in people.reviewers - before]
    tell(event, told)


def tell_of_award(decided: Sequence[tuple[Event, ClaimLine, Comment]]) -> None:
    """The people of each company who sent or began the claim: what became of each product in the end, and why."""
    around = people_around({line.partner_id for _event, line, _comment in decided})
    told = []
    for event, line, comment in decided:
        claim = comment.claim
        values = {
            **_names(claim),
            "product": line.product_name,
            "reason": line.reason,
            "author": str(comment.author),
            "excerpt": comment.body,
            "open": claim.state in OPEN_CLAIMS,
            "final": line.final,
        }
        kind = event.kind.removeprefix("claim.")
        hearers = own_people(claim, around[line.partner_id])
        told += [(event, Notice(pk, kind, f"{claim.path}#comments", values)) for pk in hearers if pk]
    tell_all(told)


def tell_of_proposed_revocation(event: Event, claim: Claim, line: ClaimLine, *, actor: "User") -> None:
    """The other leads who may judge the partner: one of them is to agree."""
    leads = people_of(claim.partner_id).leads - {actor.pk}
    values = {**_names(claim), "product": line.product_name, "partner": claim.partner.name, "by": str(actor)}
    tell(event, [Notice(pk, "revocation_proposed", f"{claim.path}#s-lines", values) for pk in leads])


def tell_of_revocation(event: Event, claim: Claim, line: ClaimLine, comment: Comment) -> None:
    """The company's people who sent or began the claim, with the reason."""
    values = {**_names(claim), "product": line.product_name, "excerpt": comment.body}
    _tell_own(event, claim, "line_revoked", values, address=f"{claim.path}#comments")


def tell_of_restored(event: Event, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """The company's people who sent or began the claim: they hold again what they had lost."""
    _tell_own(
        event, claim, "line_restored", {**_names(claim), "product": ", ".join(line.product_name for line in lines)}
    )


def _names(claim: Claim) -> dict[str, str]:
    return {"reference": claim.reference, "claim_name": claim.name, "customer": claim.customer_name}


def _tell_own(event: Event, claim: Claim, kind: str, values: dict[str, Any], *, address: str = "") -> None:
    hearers = own_people(claim, people_of(claim.partner_id))
    tell(event, [Notice(user_id, kind, address or claim.path, values) for user_id in hearers if user_id])
