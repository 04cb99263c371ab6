"""What a person says about themselves."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from partners.actions.access import choose_language, forget_view, save_view
from partners.models import User
from partners.presenters.saved_views import LISTS


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language: of a signed-in person for good, of everybody else in this browser."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=chosen)
    return set_language(request)


@login_required
@require_POST
def saved_view(request: HttpRequest) -> HttpResponse:
    """Keeps a list as it is narrowed under a name, or forgets that; leads back to the list as it was."""
    user, page, name = cast("User", request.user), request.POST.get("page", ""), request.POST.get("name", "")
    if page not in LISTS:
        raise Http404
    query = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    try:
        if request.POST.get("do") == "forget":
            forget_view(user=user, page=page, name=name)
            messages.info(request, _("The view “%(name)s” is forgotten.") % {"name": name})
        else:
            save_view(user=user, page=page, name=name, query=query)
            messages.success(request, _("The view is saved. It stands above the list from now on."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse(LISTS[page])}{'?' if query else ''}{query}")
