"""The operator's people: who has which role, who is invited. Admins act, auditors read."""

import secrets
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from events.outbox import fates
from partners.actions.operators import invite_operator
from partners.facts import ADMIN, AUDITOR
from partners.forms.people import InviteOperatorForm
from partners.models import Conflict, OperatorRole, User
from partners.permissions import require_operator
from partners.presenters.people import invitation_row, last_seen
from partners.roles import standing_of
from partners.views.recent import confirmed_to_post
from partners.views.team import invitations_of

ROLES = list(OperatorRole.Role.values)


@login_required
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works for the operator, by name, with roles and conflicts.

    Raises:
        PermissionDenied: for who is neither admin nor auditor.
    """
    user, now = cast("User", request.user), timezone.now()
    require_operator(user, ADMIN, AUDITOR)
    rows = User.objects.filter(pk__in=OperatorRole.objects.values("user")).order_by("name", "pk")
    people = rows.prefetch_related(
        "operator_roles", Prefetch("conflicts", Conflict.objects.select_related("partner").order_by("partner__name"))
    )
    invited, older_url = invitations_of(request, None)
    mails = fates([one.mail for one in invited])
    context = {
        "rows": [
            {
                "person": one,
                "me": one.pk == user.pk,
                "roles": sorted((row.role for row in one.operator_roles.all()), key=ROLES.index),
                "conflicts": [row.partner.name for row in one.conflicts.all()],
                "seen": last_seen(one, now),
            }
            for one in people
        ],
        "invitations": [invitation_row(one, {}, mails.get(one.mail), now=now) for one in invited],
        "older_url": older_url,
        "keeps": ADMIN in standing_of(user).operator_roles,
    }
    return render(request, "people/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def invite(request: HttpRequest) -> HttpResponse:
    """Asks whom to invite to the operator, and for what; a post sends the invitation.

    Raises:
        PermissionDenied: for who is no admin.
    """
    user = cast("User", request.user)
    if request.method != "POST":
        require_operator(user, ADMIN)
        return render(request, "people/invite.html", {"form": InviteOperatorForm(initial={"language": user.language})})
    form = InviteOperatorForm(request.POST)
    try:
        invited = invite_operator(
            email=form.text("email"),
            roles=request.POST.getlist("roles"),
            language=form.text("language"),
            actor=user,
            now=timezone.now(),
            token=secrets.token_urlsafe(32),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return render(request, "people/invite.html", {"form": form}, status=422)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invited.email})
    return redirect("people")
