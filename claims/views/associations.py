"""What a company holds, and giving it up."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims.actions import disassociate
from claims.errors import TransitionNotAllowed, VersionConflict
from claims.forms import CommentForm
from claims.intake import read_comment
from claims.models import Association
from claims.permissions import allowed_verbs, may
from claims.presenters.associations import rows, with_claims
from claims.states import LineState
from claims.views.pages import version_of, visible_claim
from partners.models import User
from partners.roles import standing_of
from partners.views.access import key_in

PAGE = 25


@login_required
@require_GET
def association_list(request: HttpRequest) -> HttpResponse:
    """What is held, newest first; with `show=ended`, what was. The operator's people see it with its partner."""
    user, ended = cast("User", request.user), request.GET.get("show") == "ended"
    visible = Association.objects.visible_to(user).filter(until__isnull=not ended)
    last = visible.filter(pk=key_in(request.GET.get("after", ""))).first()
    if last is not None:
        visible = visible.filter(Q(since__lt=last.since) | Q(since=last.since, pk__lt=last.pk))
    found = list(with_claims(visible.order_by("-since", "-pk"), user)[: PAGE + 1])
    shown = found[:PAGE]
    show = "show=ended&" if ended else ""
    context = {
        "rows": rows(shown),
        "ended": ended,
        "operator_side": standing_of(user).is_operator,
        "may_claim": standing_of(user).may_claim,
        "next_url": f"?{show}after={shown[-1].pk}" if len(found) > PAGE else "",
        "first_url": f"?{show}".rstrip("&?") or "." if last is not None else "",
    }
    return render(request, "associations/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, reference: str, line_id: int) -> HttpResponse:
    """Asks for the reason, saying what follows; a post gives the product up as the asker saw the claim."""
    claim, user = visible_claim(request, reference), cast("User", request.user)
    line = next((line for line in claim.lines.all() if line.pk == line_id), None)
    if line is None or not may(user, "disassociate", claim):
        raise Http404
    held = line.state == LineState.APPROVED and "disassociate" in allowed_verbs(user, claim)
    context = {"claim": claim, "line": line, "held": held, "form": CommentForm(), "conflict": False}
    if request.method != "POST":
        return render(request, "associations/give_up.html", context)
    body, faults = read_comment(request.POST.get("body", ""))
    if faults and held:
        context["form"] = CommentForm(request.POST.get("body", ""), faults)
        return render(request, "associations/give_up.html", context, status=422)
    try:
        disassociate(
            claim=claim, line_id=line_id, body=body, actor=user, now=timezone.now(), version=version_of(request)
        )
    except (VersionConflict, TransitionNotAllowed):
        claim = visible_claim(request, reference)
        line = next(line for line in claim.lines.all() if line.pk == line_id)
        held = line.state == LineState.APPROVED and "disassociate" in allowed_verbs(user, claim)
        form = CommentForm(request.POST.get("body", ""))
        context = {"claim": claim, "line": line, "held": held, "form": form, "conflict": True}
        return render(request, "associations/give_up.html", context, status=409)
    messages.success(request, _("%(product)s is given up.") % {"product": line.product_name})
    return redirect(claim.path)
