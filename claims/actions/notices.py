"""Who hears of what happens on a claim."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from claims.calendars import today_of
from claims.models import Claim, ClaimLine, Comment, Evidence
from claims.states import OPEN_CLAIMS, ClaimState, LineState
from events.models import Event
from events.outbox import Notice, tell, tell_all
from partners.models import Membership
from partners.people import People, people_around, people_of

if TYPE_CHECKING:
    from partners.models import User

EXCERPT = 280


def shortened(text: str) -> str:
    """How a text begins, in whole words."""
    begin = text[:EXCERPT]
    return text if begin == text else f"{begin.rpartition(' ')[0] or begin} …"


def own_people(claim: Claim, people: People) -> set[int]:
    """The company's people who sent or began the claim; where none of them is left, its global admins."""
    return {pk for pk in (claim.created_by_id, claim.submitted_by_id) if pk in people.members} or {*people.admins}


def tell_of_submission(event: Event, claim: Claim, people: People, *, actor: "User", contested: bool) -> None:
    """A receipt to who sent it, word to who began it, and to the operator's reviewers that a claim waits."""
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "customer": claim.customer_name,
        "due_day": claim.due_days[-1][0],
        "days": claim.due_days[-1][1],
    }
    own = [
        Notice(user_id, "claim_submitted", claim.path, {**values, "contested": contested}, receipt=user_id == actor.pk)
        for user_id in {actor.pk, claim.created_by_id} & people.members
    ]
    reviewers = [
        Notice(user_id, "claim_waiting", claim.path, {**values, "partner": claim.partner.name})
        for user_id in people.reviewers
    ]
    tell(event, [*own, *reviewers])


def tell_of_comment(event: Event, claim: Claim, comment: Comment, *, actor: "User") -> None:
    """The other side: the company's people who sent or began the claim, or who reviews it."""
    people = people_of(claim.partner_id)
    hearers = own_people(claim, people) if comment.by_operator else judges_for(claim, people)
    values = excerpt_of(claim, comment, actor)
    tell(event, [Notice(user_id, "comment_added", f"{claim.path}#comments", values) for user_id in hearers if user_id])


def tell_of_request(event: Event, claim: Claim, comment: Comment, *, actor: "User") -> None:
    """The company's people who sent or began the claim: it is their turn, and until when."""
    hearers = own_people(claim, people_of(claim.partner_id))
    values = {**excerpt_of(claim, comment, actor), "due_day": claim.due_days[-1][0]}
    address = f"{claim.path}#comments"
    tell(event, [Notice(user_id, "information_requested", address, values) for user_id in hearers if user_id])


def tell_of_decision(event: Event, claim: Claim, line: ClaimLine, comment: Comment | None, *, actor: "User") -> None:
    """The company's people who sent or began the claim: what became of a product, and why it was refused."""
    hearers = own_people(claim, people_of(claim.partner_id))
    kind = "line_approved" if line.state == LineState.APPROVED else "line_rejected"
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "product": line.product_name,
        "customer": claim.customer_name,
        "reason": line.reason,
        "author": str(actor),
        "excerpt": comment.body if comment else "",
        "open": claim.state in OPEN_CLAIMS,
    }
    address = f"{claim.path}#comments" if comment else claim.path
    tell(event, [Notice(user_id, kind, address, values) for user_id in hearers if user_id])


def tell_of_answer(event: Event, claim: Claim, comment: Comment, people: People, *, actor: "User") -> None:
    """Who reviews the claim; where nobody does any more, all who may."""
    hearers = judges_for(claim, people)
    values = {**excerpt_of(claim, comment, actor), "due_day": claim.due_days[-1][0]}
    address = f"{claim.path}#comments"
    tell(event, [Notice(user_id, "claim_answered", address, values) for user_id in hearers if user_id])


def judges_for(claim: Claim, people: People) -> set[int]:
    """Who reviews the claim; where nobody does, or they may not judge it any more, all who may."""
    return {pk for pk in (claim.reviewer_id,) if pk in people.reviewers} or {*people.reviewers}


def excerpt_of(claim: Claim, comment: Comment, actor: "User") -> dict[str, str]:
    """What a message about a comment says of it: who wrote, and how it begins."""
    return {
        "reference": claim.reference,
        "claim_name": claim.name,
        "author": str(actor),
        "excerpt": shortened(comment.body),
    }


def tell_of_refused_document(event: Event, claim: Claim, evidence: Evidence) -> None:
    """Who added it, once the claim was sent: on a draft they see it before they can send."""
    if claim.state == ClaimState.EDITING:
        return
    values = {"reference": claim.reference, "claim_name": claim.name, "document": evidence.name}
    people = people_of(claim.partner_id)
    hearers = {evidence.added_by_id} & people.members or own_people(claim, people)
    tell(event, [Notice(user_id, "document_refused", f"{claim.path}#proof", values) for user_id in hearers])


def tell_of_draft_to_delete(event: Event, claim: Claim, day: date) -> None:
    """Who began the draft; where they have left the company, its people who see all of its claims."""
    members = Membership.objects.filter(partner=claim.partner_id, user__is_active=True)
    own = members.filter(user=claim.created_by_id)
    hearers = (own if own.exists() else members.filter(mpn_ids=None)).values_list("user_id", flat=True)
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "since": today_of(claim.changed_at).isoformat(),
        "day": day.isoformat(),
    }
    told = sorted(set(hearers))
    tell(event, [Notice(user_id, "draft_to_delete", f"{claim.path}edit/", values) for user_id in told])


def tell_of_withdrawal(event: Event, claim: Claim, *, actor: "User", reviewed: bool) -> None:
    """The company's people who sent or began the claim, and who reviews it; all reviewers where it waited for one.

    Of a claim of which something was decided before, only the rest is withdrawn, and they are told so.
    """
    people = people_of(claim.partner_id)
    whole = claim.state == ClaimState.WITHDRAWN
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "customer": claim.customer_name,
        "rest": not whole,
    }
    own = [
        Notice(user_id, "claim_withdrawn", claim.path, {**values, "by": str(actor)})
        for user_id in own_people(claim, people)
        if user_id
    ]
    reviewers = [
        Notice(user_id, "claim_withdrawn", claim.path, {**values, "partner": claim.partner.name})
        for user_id in (judges_for(claim, people) if reviewed or claim.reviewer_id else ())
        if user_id
    ]
    tell(event, [*own, *reviewers])


def tell_of_lapsed_answer(event: Event, claim: Claim, people: People, *, refused: int) -> None:
    """The company's people who sent or began the claim; and, where its review goes on, who reviews it."""
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "partner": claim.partner.name,
        "refused": refused,
        "open": claim.state in OPEN_CLAIMS,
    }
    own = own_people(claim, people)
    reviewers = judges_for(claim, people) if claim.state in OPEN_CLAIMS else set()
    told = [("answer_lapsed", user_id) for user_id in own] + [("answer_missing", user_id) for user_id in reviewers]
    tell(event, [Notice(user_id, kind, claim.path, values) for kind, user_id in told if user_id])


def tell_of_lapsed_lease(event: Event, claim: Claim, former: int) -> None:
    """Who had the claim, where they may still judge it: it is anybody's again."""
    values = {"reference": claim.reference, "claim_name": claim.name, "partner": claim.partner.name}
    hearers = {former} & people_of(claim.partner_id).reviewers
    tell(event, [Notice(user_id, "lease_lapsed", claim.path, values) for user_id in hearers])


def tell_of_reassignment(event: Event, claim: Claim, former: int | None, *, actor: "User") -> None:
    """Who has the claim now, and who had it, where they may still judge it."""
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "partner": claim.partner.name,
        "by": str(actor),
        "reviewer": str(claim.reviewer),
        "due_day": claim.due_days[-1][0],
        "waits": claim.state == ClaimState.ACTION_REQUIRED,  # the day is its partner's then
    }
    told = [(claim.reviewer_id, "claim_given")]
    before = {former} & people_of(claim.partner_id).reviewers - {claim.reviewer_id}
    told += [(user_id, "claim_given_away") for user_id in before]
    tell(event, [Notice(user_id, kind, claim.path, values) for user_id, kind in told if user_id])


def tell_of_review_again(event: Event, claim: Claim) -> None:
    """Who checked its proof: no case decides the claim any more, so they do."""
    values = {"reference": claim.reference, "claim_name": claim.name, "partner": claim.partner.name}
    tell(event, [Notice(claim.reviewer_id, "review_again", claim.path, values)] if claim.reviewer_id else [])


def tell_of_disassociation(event: Event, claim: Claim, line: ClaimLine, *, actor: "User") -> None:
    """The company's other people who sent or began the claim."""
    hearers = own_people(claim, people_of(claim.partner_id))
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "product": line.product_name,
        "customer": claim.customer_name,
        "by": str(actor),
    }
    tell(event, [Notice(user_id, "line_given_up", claim.path, values) for user_id in hearers if user_id])


def tell_of_ended_subscription(event: Event, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """The company's people who sent or began the claim, and who reviews what is open of it."""
    people = people_of(claim.partner_id)
    hearers = own_people(claim, people)
    reviewer = {claim.reviewer_id} & people.reviewers if claim.state in OPEN_CLAIMS else set()
    values = {
        "reference": claim.reference,
        "claim_name": claim.name,
        "product": ", ".join(line.product_name for line in lines),
        "customer": claim.customer_name,
    }
    notices = [Notice(user_id, "subscription_ended", claim.path, values) for user_id in hearers | reviewer if user_id]
    tell(event, notices)


def tell_of_reminders(reminded: Sequence[tuple[Event, Claim]]) -> None:
    """Whose turn it is: the company's people who sent or began the claim, or who reviews it, else all who may.

    Nobody, where the proof is checked.
    """
    told = []
    around = people_around({claim.partner_id for _, claim in reminded})
    for event, claim in reminded:
        people = around[claim.partner_id]
        values = {"reference": claim.reference, "claim_name": claim.name, "due_day": claim.due_days[-1][0]}
        if claim.state == ClaimState.ACTION_REQUIRED:
            kind, hearers = "answer_due", own_people(claim, people)
        else:
            kind, hearers = "review_due", judges_for(claim, people) if claim.reviewed_at is None else set()
        told += [(event, Notice(user_id, kind, claim.path, values)) for user_id in hearers if user_id]
    tell_all(told)


def tell_of_overdue(late: Sequence[tuple[Event, Claim]], contested: Collection[int]) -> None:
    """The leads, where the proof is not checked; the company's people, where the claim waits for a case."""
    told = []
    around = people_around({claim.partner_id for _, claim in late})
    for event, claim in late:
        people = around[claim.partner_id]
        values = {"reference": claim.reference, "claim_name": claim.name, "due_day": claim.due_days[-1][0]}
        own = own_people(claim, people) if claim.pk in contested else set()
        leads = people.leads if claim.reviewed_at is None else ()
        told += [(event, Notice(user_id, "review_overdue", claim.path, values)) for user_id in leads]
        told += [(event, Notice(user_id, "still_in_review", claim.path, values)) for user_id in own if user_id]
    tell_all(told)
