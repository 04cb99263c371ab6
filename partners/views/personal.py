"""What a person says about themselves."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from partners.actions.access import choose_language


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language: of a signed-in person for good, of everybody else in this browser."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=chosen)
    return set_language(request)
