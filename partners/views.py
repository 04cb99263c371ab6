"""What a person says about themselves, and which mails reached nobody."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from events.inbox import line_of
from events.outbox import parked, try_again
from partners.actions import choose_language
from partners.models import OperatorRole
from partners.roles import standing_of


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language: of a signed-in person for good, of everybody else in this browser."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=chosen)
    return set_language(request)


def closed(request: HttpRequest) -> HttpResponse:
    """A page of django-allauth that is none of ours.

    Raises:
        Http404: always.
    """
    raise Http404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parked_mails(request: HttpRequest) -> HttpResponse:
    """For the operator's admins: mails that were refused for good, or failed too often; a post tries one again.

    Raises:
        PermissionDenied: for everybody else.
    """
    if OperatorRole.Role.ADMIN not in standing_of(request.user).operator_roles:
        raise PermissionDenied
    if request.method == "POST":
        again = try_again(request.POST.get("mail", "")[:64], now=timezone.now())
        told = _("It is on its way again.") if again else _("Nothing was done: this mail is not parked any more.")
        messages.info(request, told)
        return redirect("parked_mails")
    rows = [{"mail": mail, "text": line_of(mail.notification)} for mail in parked()]
    return render(request, "notices/parked.html", {"rows": rows})
