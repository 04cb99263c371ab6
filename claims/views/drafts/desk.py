"""One request on one claim: who asks, what was posted, what the rules say of it, and the pages that show it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.actions import save_draft
from claims.actions.drafts import forget_lines
from claims.calendars import policy_and_calendar, today_of
from claims.errors import LookupLimit, TransitionNotAllowed, VersionConflict
from claims.forms import FIELDS, ClaimForm, MarkForm, Step, line_rows, neighbours, unflatten
from claims.intake import CONTACTS, Intake, fingerprint, given, read
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.preflight import check
from claims.presenters.checks import Panel
from claims.presenters.documents import gap_asked_for, proof
from claims.presenters.places import THEN, Place
from claims.presenters.review import review
from claims.presenters.steps import headline, stepper
from claims.states import ClaimState
from claims.views.drafts.held import let_go, typist
from directory import lookup
from directory.activities import SolutionArea
from partners.models import User
from partners.roles import mpn_choices, standing_of


@dataclass
class Desk:
    """One request on one claim: the claim, what was posted, and what to show.

    `names` are the claim's fields that the post speaks for. `typed` is what the form shows in place of what is stored.
    `wait` is how many seconds the hour's look-ups are used up for, 0 where they are not.
    """

    request: HttpRequest
    claim: Claim
    intake: Intake
    names: frozenset[str]
    now: datetime
    typed: Any = None
    wait: int = 0

    @property
    def user(self) -> User:
        """Who is typing."""
        return cast("User", self.request.user)

    @property
    def draft(self) -> bool:
        """Whether the claim has not been sent yet, so that what is typed is kept as it comes."""
        return self.claim.state == ClaimState.EDITING

    @property
    def version(self) -> int | None:
        """The version that the page was made from."""
        value = self.request.POST.get("version", "")
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None

    @property
    def seen(self) -> str | None:
        """The fingerprint of the step's fields that the page was made from."""
        return self.request.POST.get("seen") if posted_step(self.request) else None

    @property
    def from_review(self) -> bool:
        """Whether somebody came from the last step to mend something: what failed there goes on failing here."""
        return Step.REVIEW in {self.request.GET.get(THEN), self.request.POST.get(THEN)}

    def keep(self) -> None:
        """Saves what was typed as far as it can be stored; what is shown from here on is what is stored then.

        Raises:
            VersionConflict, TransitionNotAllowed: nothing is changed then.
        """
        let_go(self.request, self.claim.reference, posted_step(self.request))
        try:
            save_draft(
                claim=self.claim,
                content=self.intake.content,
                actor=self.user,
                now=self.now,
                names=self.names,
                seen=self.seen,
            )
        except VersionConflict:
            self.intake = read(unflatten(self.request.POST), onto=self.claim.content)
            raise
        self.intake = replace(self.intake, content=self.claim.content)

    def reread(self) -> None:
        """Takes the claim as it stands by now, where somebody else has changed it since the request began."""
        self.claim.refresh_from_db()
        forget_lines(self.claim)
        self.intake = Intake(self.claim.content, ())

    def form(self, *, lines: int = 0) -> ClaimForm:
        """The form as typed, else as stored, with at least so many rows of products."""
        return ClaimForm(
            self.typed,
            self.intake.content,
            mpn_ids=mpn_choices(standing_of(self.user), today_of(self.now)),
            products=lookup.products(),
            today=today_of(self.now),
            lines=max(lines, line_rows(self.typed) if self.typed else 0, len(self.intake.content.lines)),
        )

    def panel(self, form: ClaimForm, place: Place, *, complete: bool) -> Panel | None:
        """Every rule run now, or None where the hour's look-ups are used up."""
        try:
            checked = check(
                self.intake, user=self.user, partner_id=self.claim.partner_id, now=self.now, claim=self.claim
            )
        except LookupLimit as error:
            self.wait = error.retry_after
            return None
        return Panel(checked, form, place, complete)

    def step_page(self, step: Step, *, status: int = 200, lines: int = 0, **more: Any) -> HttpResponse:
        """The page of one step; on the last one everything counts that is still empty."""
        place, (before, after) = Place(self.claim.reference, step), neighbours(step)
        form = self.form(lines=lines)
        panel = self.panel(form, place, complete=self.from_review or step == Step.REVIEW)
        context = {
            "claim": self.claim,
            "step": step,
            "typist": typist(self.user),
            "seen": fingerprint(self.claim.content, FIELDS[step]),
            "form": form,
            "form_id": "claim" if FIELDS[step] else "",
            "panel": panel,
            "steps": stepper(self.intake.content, panel, place),
            "foot": {"before": before, "after": after},
            "headline": headline(self.claim, panel),
            "back_to_sending": self.from_review,
            "area_code": self.intake.content.solution_area,
            "area": dict(SolutionArea.choices).get(self.intake.content.solution_area, ""),
            **more,
        }
        if step == Step.REVIEW:
            context |= review(self.claim, panel, now=self.now) | {"arrived": not more.get("refused")}
        if step == Step.PROOF:
            context["proof"] = self.proof(panel, more.get("mark_form"))
        return self.answer(f"claims/steps/{step}.html", context, status=status)

    def proof(self, panel: Panel | None, form: MarkForm | None = None) -> dict[str, Any]:
        """The documents and marks, with what was refused of a post; a gap that somebody came from is filled in."""
        asked, taken = gap_asked_for(self.request), self.request.GET.get("taken", "")
        months = panel.checked.facts.evidence_months if panel else policy_and_calendar(self.now)[0].evidence_months
        verbs = allowed_verbs(self.user, self.claim)
        return proof(self.claim, verbs=verbs, months=months, form=form, asked=asked, taken=taken)

    def step_parts(self, step: Step, template: str, **more: Any) -> HttpResponse:
        """What the rules say now, for an htmx answer about a step: panel and stepper."""
        place = Place(self.claim.reference, step)
        panel = self.panel(self.form(), place, complete=False)
        context = {"claim": self.claim, "panel": panel, "steps": stepper(self.intake.content, panel, place), **more}
        context["proof"] = self.proof(panel)
        return self.answer(template, context)

    def single_page(self, *, status: int = 200, complete: bool = True, lines: int = 0, **more: Any) -> HttpResponse:
        """The one page on which a claim that was sent is changed."""
        place = Place(self.claim.reference, None)
        form = self.form(lines=lines)
        panel = self.panel(form, place, complete=complete)
        context = {"claim": self.claim, "form": form, "panel": panel, **more}
        return self.answer("claims/edit.html", context, status=status)

    def answer(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page or a part of one; past the limit of look-ups it says so and for how long, and still shows it all."""
        if not self.wait:
            return render(self.request, template, context, status=status)
        response = render(self.request, template, context, status=429)
        response["Retry-After"] = str(self.wait)
        return response

    def changed_elsewhere(self, step: Step, error: VersionConflict | TransitionNotAllowed) -> HttpResponse:
        """What was typed is shown again, beside word of what happened; saving again then keeps it."""
        if isinstance(error, TransitionNotAllowed):
            return sent_meanwhile(self.request, self.claim)
        return self.step_page(step, status=409, conflict=True)


def posted_step(request: HttpRequest) -> Step | None:
    """The step whose page was posted."""
    value = request.POST.get("step", "")
    return Step(value) if value in Step.values else None


def sent_meanwhile(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Leads to the page of a claim that can no longer be written."""
    messages.info(request, _("This claim has been sent. Nothing was changed now."))
    return redirect(claim.path)


def desk_of(request: HttpRequest, reference: str, *verbs: str) -> Desk | HttpResponse:
    """What the request is about; the claim's own page where none of the verbs is, or still is, possible on it.

    A page that says what it saw of its step speaks for all the step's fields, others for those they give.

    Raises:
        Http404: where the person may not see the claim.
    """
    user = cast("User", request.user)
    claim = Claim.objects.visible_to(user).with_lines().filter(reference=reference).first()
    if claim is None:
        raise Http404
    if not set(verbs) & set(allowed_verbs(user, claim)):
        if request.method == "POST" and claim.state != ClaimState.EDITING:
            return sent_meanwhile(request, claim)
        return redirect(claim.path)
    posted = request.method == "POST"
    data = unflatten(request.POST) if posted else {}
    if "same" in request.POST:
        said = claim.content.customer_contact
        data["technical_contact"] = {part: getattr(said, part) for part in CONTACTS["technical_contact"]}
    step = posted_step(request)
    names = frozenset(FIELDS[step]) if step and "seen" in request.POST else given(data)
    intake = read(data, onto=claim.content)
    return Desk(request, claim, intake, names, timezone.now(), request.POST if posted else None)
