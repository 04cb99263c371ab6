"""The customer's page: who holds its link needs no account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims.actions.consent import consent_by, window_of
from claims.actions.customer import decline
from claims.errors import TransitionNotAllowed
from claims.intake import read_words
from claims.models import Consent
from claims.presenters import customer as present
from claims.states import ConsentOutcome
from partners.views.secret import secret

DIGITS = 5  # of the length of a body: 99,999 bytes hold 2,000 characters of any script, as a form sends them


# The link is what a stranger's page cannot know; and a page without a referrer sends no origin that Django could check.
@csrf_exempt
@secret
@require_http_methods(["GET", "HEAD", "POST"])
def customer_page(request: HttpRequest, token: str) -> HttpResponse:
    """What a partner asked for, in the customer's language; its post, and nothing else, declines."""
    consent = consent_by(token)
    if consent is None or consent.outcome == ConsentOutcome.VOID:
        with translation.override(_language(request, consent)):
            return _answer(request, "customer/gone.html", status=404 if consent is None else 410)
    status = 200
    if request.method == "POST":
        if len(request.META.get("CONTENT_LENGTH") or "") > DIGITS:
            with translation.override(_language(request, consent)):
                return _answer(request, "customer/gone.html", status=413, too_long=True)
        try:
            decline(key=consent.key, words=read_words(request.POST.get("words")), now=timezone.now())
        except TransitionNotAllowed:
            status = 409
        else:
            return redirect(request.get_full_path())
        consent = consent_by(token) or consent  # as it stands by now
    with translation.override(_language(request, consent)):
        letter = present.letter(consent, window_of(consent), timezone.now())
        return _answer(request, "customer/letter.html", status=status, letter=letter)


def _answer(request: HttpRequest, template: str, *, status: int, **more: Any) -> HttpResponse:
    response = render(request, template, more, status=status)
    response["Content-Language"] = translation.get_language()
    return response


def _language(request: HttpRequest, consent: Consent | None) -> str:
    """The one that is asked for; else the customer's, or the browser's."""
    asked = request.GET.get("language", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return consent.language if consent else translation.get_language() or settings.LANGUAGE_CODE
