"""What a person was told, newest first."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.choices import choices_of, choose
from events.inbox import line_of, mark_read, older_than
from events.kinds import KINDS
from events.models import MailChoice, Notification

PAGE = 25


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """One page of notices, each with its way to what it is about."""
    cursor = request.GET.get("before", "")[:64]
    rows = older_than(Notification.objects.visible_to(request.user.pk), cursor)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "rows": [_row(notice) for notice in shown],
        "newest": shown[0].key if shown else "",
        "any_unread": any(notice.read_at is None for notice in shown),
        "next_url": f"?before={shown[-1].key}" if len(found) > PAGE else "",
        "first_url": request.path if cursor else "",
    }
    return render(request, "notices/list.html", context)


def _row(notice: Notification) -> dict[str, Any]:
    return {
        "text": line_of(notice),
        "at": notice.at,
        "path": notice.path,
        "unread": notice.read_at is None,
    }


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Marks everything up to the newest notice shown as read."""
    mark_read(int(request.user.pk or 0), up_to=request.POST.get("up_to", "")[:64], now=timezone.now())
    return redirect("notifications:list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices(request: HttpRequest) -> HttpResponse:
    """How the person wants to hear of each kind of message by mail."""
    user_id = int(request.user.pk or 0)
    if request.method == "POST":
        choose(user_id, {name.removeprefix("mail-"): how for name, how in request.POST.dict().items()})
        messages.success(request, _("Your choices are kept. Here, in the application, you find every message."))
        return redirect("notifications:choices")
    chosen = choices_of(user_id)
    rows = [{"kind": kind, "side": side, "label": label, "how": chosen[kind]} for kind, (side, label) in KINDS.items()]
    return render(request, "notices/choices.html", {"rows": rows, "ways": MailChoice.How.choices})
