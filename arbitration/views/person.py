"""One of the operator's people: roles, conflicts, what they hold; other roles, and letting them go."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from arbitration.actions.leaving import GAVE_BACK, GivenBack, appoint, declare_conflict, dismiss, held_by, proposals_of
from arbitration.permissions import cases_visible_to
from claims.models import Claim
from events.models import Event
from partners.actions.access import waiting_of
from partners.actions.operators import roles_of, withdraw_conflict
from partners.actions.refusals import code_of, said_of
from partners.facts import ADMIN, AUDITOR
from partners.forms.people import ConflictForm, OperatorRolesForm
from partners.models import OperatorRole, Partner, User
from partners.permissions import require_operator
from partners.presenters.people import last_seen
from partners.roles import standing_of
from partners.views.recent import confirmed_recently, confirmed_to_post

SHOWN = 50
MOST_COMPANIES = 500


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles, conflicts and what is in hand; a post gives other roles, as the poster saw those that stood.

    Raises:
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is neither admin nor auditor; to change something, for who is no admin.
    """
    if request.method != "POST":
        return _show(request, pk)
    user, roles = cast("User", request.user), request.POST.getlist("roles")
    try:
        given = appoint(person_id=pk, roles=roles, seen=request.POST.get("seen", ""), actor=user, now=timezone.now())
    except ValidationError as refused:
        late = code_of(refused) == "changed_meanwhile"
        return _show(request, pk, None if late else roles, refused, status=409 if late else 422)
    messages.success(request, " ".join([_("The roles are kept."), *_told(given)]))
    return redirect("people" if pk == user.pk else "person", *([] if pk == user.pk else [pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def dismiss_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what follows; a post lets the person go.

    Raises:
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is no admin.
    """
    user = cast("User", request.user)
    if request.method != "POST":
        return _ask(request, pk)
    try:
        given = dismiss(person_id=pk, actor=user, now=timezone.now())
    except ValidationError as refused:
        return _ask(request, pk, refused, status=409)
    if pk == user.pk:
        messages.info(request, _("You have left, and are signed out."))
        return redirect("account_login")
    messages.success(request, " ".join([_("They are dismissed, and signed out everywhere."), *_told(given)]))
    return redirect("arbitration:given_back", pk) if given.claims or given.cases else redirect("people")


@login_required
@require_POST
@confirmed_recently
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Records that the person judges nothing of a company.

    Raises:
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is no admin.
    """
    user, form = cast("User", request.user), ConflictForm(request.POST)
    try:
        given = declare_conflict(
            person_id=pk,
            company=form.text("company"),
            reason=form.text("reason"),
            actor=user,
            now=timezone.now(),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return _show(request, pk, conflict=form, status=422)
    messages.success(request, " ".join([_("The conflict is recorded, and they are told."), *_told(given)]))
    return redirect("person", pk)


@login_required
@require_POST
@confirmed_recently
def end_conflict(request: HttpRequest, pk: int, partner_id: int) -> HttpResponse:
    """Says that a conflict is over.

    Raises:
        Http404: for who is none of the operator's people, or has no such conflict.
        PermissionDenied: for who is no admin.
    """
    user = cast("User", request.user)
    try:
        withdraw_conflict(person_id=pk, partner_id=partner_id, actor=user, now=timezone.now())
    except ValidationError as refused:
        return _show(request, pk, refused=refused, status=409)
    messages.success(request, _("The conflict is over, and they are told."))
    return redirect("person", pk)


def _found(pk: int) -> User:
    user = User.objects.filter(pk=pk, pk__in=OperatorRole.objects.values("user")).first()
    if user is None:
        raise Http404
    return user


def _show(
    request: HttpRequest,
    pk: int,
    chosen: Sequence[str] | None = None,
    refused: ValidationError | None = None,
    *,
    conflict: ConflictForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The person's page, with the roles that were chosen, and the conflict that was refused."""
    user = cast("User", request.user)
    require_operator(user, ADMIN, AUDITOR)
    shown = _found(pk)
    standing, keeps = roles_of(shown), ADMIN in standing_of(user).operator_roles
    companies = Partner.objects.visible_to(standing_of(user)).order_by("name").values_list("name", flat=True)
    context = {
        "person": shown,
        "me": shown.pk == user.pk,
        "keeps": keeps,
        "roles": standing,
        "seen": ",".join(standing),
        "last_seen": last_seen(shown, timezone.now()),
        "form": OperatorRolesForm(initial={"roles": standing if chosen is None else chosen}),
        **said_of(refused),
        "conflicts": list(shown.conflicts.select_related("partner").order_by("partner__name")),
        "conflict_form": conflict or ConflictForm(),
        "companies": list(companies[:MOST_COMPANIES]) if keeps else [],
        **_in_hand(shown, user),
    }
    return render(request, "people/person.html", context, status=status)


def _ask(request: HttpRequest, pk: int, refused: ValidationError | None = None, *, status: int = 200) -> HttpResponse:
    user = cast("User", request.user)
    require_operator(user, ADMIN)
    shown = _found(pk)
    context = {
        "person": shown,
        "me": shown.pk == user.pk,
        "tokens": shown.api_tokens.count(),
        "invitations": waiting_of(shown),
        **said_of(refused),
        **_in_hand(shown, user),
    }
    return render(request, "people/dismiss.html", context, status=status)


def _in_hand(shown: User, viewer: User) -> dict[str, Any]:
    """What the person holds: all of it by number, and by name what the viewer may see."""
    held = held_by(shown)
    proposed = [decision.case_id for decision in proposals_of(shown)]
    visible = Claim.objects.visible_to(viewer).filter(pk__in=held.values("pk"))
    return {
        "held": held.count(),
        "claims": list(visible.select_related("partner").order_by("due_at", "pk")[:SHOWN]),
        "gave_back": Event.objects.of(shown.subject).filter(kind=GAVE_BACK).exists(),
        "proposed": len(proposed),
        "cases": list(cases_visible_to(viewer).filter(pk__in=proposed).order_by("pk").values_list("pk", flat=True)),
    }


def _told(given: GivenBack) -> list[str]:
    """What went back to the others, in sentences."""
    told = []
    if given.claims:
        words = ngettext(
            "%(number)d claim is back in the queue.", "%(number)d claims are back in the queue.", len(given.claims)
        )
        told.append(words % {"number": len(given.claims)})
    if given.cases:
        words = ngettext("%(number)d proposal counts no more.", "%(number)d proposals count no more.", len(given.cases))
        told.append(words % {"number": len(given.cases)})
    return told
