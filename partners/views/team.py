"""A company's people: who has which role, whom to ask; for its global admins also inviting and changing."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from events.outbox import fates
from partners.actions.grants import signature
from partners.actions.refusals import code_of, said_of
from partners.actions.team import change_roles, invite_member
from partners.facts import Power, Standing, reach_of
from partners.forms.people import Pair, PersonInviteForm, pairs_in
from partners.models import Invitation, Membership, MpnId, User
from partners.people import mpn_names, named, team_of
from partners.permissions import require_power
from partners.presenters.people import grants_in, invitation_row, matrix, member_row
from partners.roles import standing_of
from partners.views.access import key_in
from partners.views.recent import confirmed_to_post

PAGE = 50
OF_NOTE = timedelta(days=30)  # how long an invitation is listed whose time is over


@login_required
@require_GET
def team_list(request: HttpRequest) -> HttpResponse:
    """Who belongs to the reader's company, by name.

    Who only files claims sees whom to ask: the admins. When somebody signed in, and who is invited, is for those who
    keep the team.

    Raises:
        PermissionDenied: for who belongs to no company, and for the operator's people.
    """
    user, now = cast("User", request.user), timezone.now()
    standing = standing_of(user)
    partner_id = require_power(user, Power.CLAIM)
    keeps = standing.has(Power.TEAM)
    people = members_of(partner_id)
    if not standing.has(Power.DISASSOCIATE):
        admins = Membership.objects.of(partner_id).exclude(role=Membership.Role.INCENTIVES_USER)
        people = people.filter(Q(pk__in=admins.values("user")) | Q(pk=user.pk))
    last = people.filter(pk=key_in(request.GET.get("after", ""))).first()
    if last is not None:
        people = people.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(people[: PAGE + 1])
    invited, older_url = invitations_of(request, partner_id) if keeps else ([], "")
    grants = [grant for one in found for grant in grants_in(one.memberships.all())]
    names = mpn_names([*grants, *(grant for one in invited for grant in one.grants)])
    mails = fates([one.mail for one in invited])
    context = {
        "rows": [member_row(one, names, viewer_id=user.pk, now=now) for one in found[:PAGE]],
        "invitations": [invitation_row(one, names, mails.get(one.mail), now=now) for one in invited],
        "older_url": older_url,
        "keeps": keeps,
        "all": standing.has(Power.DISASSOCIATE),
        "company": standing.partner_name,
        "next_url": f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "first_url": request.path if last is not None else "",
    }
    return render(request, "team/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def invite(request: HttpRequest) -> HttpResponse:
    """Asks whom to invite, and for what; a post sends the invitation."""
    user = cast("User", request.user)
    if request.method != "POST":
        require_power(user, Power.TEAM)
        return _ask_whom(request, PersonInviteForm(initial={"language": user.language}), [])
    form, wanted = PersonInviteForm(request.POST), pairs_in(request.POST)
    try:
        invited = invite_member(
            email=form.text("email"),
            wanted=wanted,
            language=form.text("language"),
            actor=user,
            now=timezone.now(),
            token=secrets.token_urlsafe(32),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return _ask_whom(request, form, wanted, status=422)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invited.email})
    return redirect("team")


def _ask_whom(
    request: HttpRequest, form: PersonInviteForm, wanted: Collection[Pair], *, status: int = 200
) -> HttpResponse:
    standing = standing_of(cast("User", request.user))
    context = {"form": form, "matrix": _matrix(standing, wanted), "company": standing.partner_name}
    return render(request, "team/invite.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """What a colleague may do, for who keeps the team; a post changes it, as the poster saw it.

    Raises:
        Http404: for who is none of the company's people.
        PermissionDenied: for who keeps no team.
    """
    user = cast("User", request.user)
    if request.method != "POST":
        return _show_member(request, pk)
    wanted = pairs_in(request.POST)
    try:
        changed = change_roles(
            person_id=pk, wanted=wanted, seen=request.POST.get("seen", ""), actor=user, now=timezone.now()
        )
    except ValidationError as refused:
        late = code_of(refused) == "changed_meanwhile"
        return _show_member(request, pk, None if late else wanted, refused, status=409 if late else 422)
    messages.success(request, _("The roles of %(name)s are saved.") % {"name": changed})
    return redirect("team")


def _show_member(
    request: HttpRequest,
    pk: int,
    wanted: Collection[Pair] | None = None,
    refused: ValidationError | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user = cast("User", request.user)
    partner_id, standing = require_power(user, Power.TEAM), standing_of(user)
    colleague = members_of(partner_id).filter(pk=pk).first()
    if colleague is None:
        raise Http404
    grants = grants_in(colleague.memberships.all())
    numbers = dict(MpnId.objects.of(partner_id).values_list("pk", "number"))
    stands = {(role, numbers.get(key or 0, "")) for role, key in reach_of(grants)}
    scope = standing.scope(Power.TEAM)
    beyond = [grant for grant in grants if scope is not None and not (grant.mpn_ids and grant.mpn_ids <= scope)]
    kept = {
        (role, numbers.get(key or 0, ""))
        for role, key in reach_of(grants)
        if scope is not None and (key is None or key not in scope)
    }
    context = {
        "person": colleague,
        "me": colleague.pk == user.pk,
        "seen": signature(grants),
        "beyond": named(beyond),
        "matrix": _matrix(standing, stands if wanted is None else wanted, kept),
        **said_of(refused),
    }
    return render(request, "team/member.html", context, status=status)


def members_of(partner_id: int) -> QuerySet[User]:
    """A company's people by name, with their roles in it; in three queries."""
    own = Membership.objects.of(partner_id)
    rows = team_of(partner_id).order_by("name", "pk")
    return rows.prefetch_related(Prefetch("memberships", own.prefetch_related("mpn_ids")))


def invitations_of(request: HttpRequest, partner_id: int | None) -> tuple[list[Invitation], str]:
    """Who is asked in and has not come yet, the latest first, and the way to older ones; of the operator for None.

    Those whose time was over long ago are left out: whoever is asked again takes their place.
    """
    rows = Invitation.objects.of(partner_id).open().filter(expires_at__gt=timezone.now() - OF_NOTE)
    last = rows.filter(pk=key_in(request.GET.get("invited", ""))).first()
    if last is not None:
        rows = rows.filter(Q(invited_at__lt=last.invited_at) | Q(invited_at=last.invited_at, pk__lt=last.pk))
    found = list(rows.select_related("invited_by").order_by("-invited_at", "-pk")[: PAGE + 1])
    return found[:PAGE], f"?invited={found[PAGE - 1].pk}" if len(found) > PAGE else ""


def _matrix(standing: Standing, chosen: Collection[Pair], kept: Collection[Pair] = ()) -> dict[str, Any]:
    scope = standing.scope(Power.TEAM)
    rows = MpnId.objects.of(standing.partner_id).exclude(kind=MpnId.Kind.GLOBAL).order_by("number")
    rows = rows if scope is None else rows.filter(pk__in=scope)
    return matrix(list(rows), set(chosen), whole=scope is None, kept=kept)
