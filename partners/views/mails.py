"""Mails that reached nobody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.inbox import line_of
from events.kinds import PLAIN
from events.outbox import parked, try_again
from partners.facts import ADMIN
from partners.permissions import require_operator


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parked_mails(request: HttpRequest) -> HttpResponse:
    """For the operator's admins: mails that were refused for good, or failed too often; a post tries one again.

    Raises:
        PermissionDenied: for everybody else.
    """
    require_operator(request.user, ADMIN)
    if request.method == "POST":
        again = try_again(request.POST.get("mail", "")[:64], actor_id=int(request.user.pk or 0), now=timezone.now())
        told = _("It is on its way again.") if again else _("Nothing was done: this mail is not parked any more.")
        messages.info(request, told)
        return redirect("parked_mails")
    rows = [
        {
            "mail": mail,
            "text": line_of(mail.message),
            "again": mail.envelope is None or mail.message.kind in PLAIN,
        }
        for mail in parked()
    ]
    return render(request, "notices/parked.html", {"rows": rows})
