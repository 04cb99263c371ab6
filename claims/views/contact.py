"""Naming another customer contact, as long as the customer's word is open."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions import correct_contact
from claims.errors import ClaimRefused, LookupLimit, TransitionNotAllowed, VersionConflict
from claims.forms import ContactForm, unflatten
from claims.intake import read
from claims.models import Claim
from claims.permissions import allowed_verbs, may
from claims.presenters.customer import customers_word
from claims.views.pages import version_of, visible_claim
from partners.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows who is asked; a post changes it, after a warning once the reader has seen it."""
    claim, user = visible_claim(request, reference), cast("User", request.user)
    if not may(user, "correct_contact", claim):
        raise Http404
    open_still = "correct_contact" in allowed_verbs(user, claim)
    if request.method != "POST":
        form = ContactForm(claim.content.customer_contact)
        return _page(request, claim, form) if open_still else redirect(claim.path)
    typed = unflatten(request.POST).get("customer_contact", {})
    intake = read({"customer_contact": typed}, onto=claim.content)
    contact = intake.content.customer_contact
    try:
        correct_contact(
            claim=claim,
            intake=intake,
            actor=user,
            now=timezone.now(),
            version=version_of(request),
            warned=request.POST.get("warned", "") == contact.email,
        )
    except ClaimRefused as refusal:
        form = ContactForm(contact, refusal.findings)
        warned = contact.email if all(finding.severity == "warning" for finding in refusal.findings) else ""
        return _page(request, claim, form, status=422, warned=warned)
    except LookupLimit:
        return _page(request, claim, ContactForm(contact), status=429)
    except (VersionConflict, TransitionNotAllowed):
        claim = visible_claim(request, reference)
        return _page(request, claim, ContactForm(contact), status=409)
    told = _("%(name)s is asked now. The link in the mail before works no longer.")
    messages.success(request, told % {"name": contact.name})
    return redirect(claim.path)


def _page(
    request: HttpRequest, claim: Claim, form: ContactForm, *, status: int = 200, warned: str = ""
) -> HttpResponse:
    verbs = allowed_verbs(cast("User", request.user), claim)
    context = {
        "claim": claim,
        "form": form,
        "word": customers_word(claim, verbs, operator_side=False),
        "still": "correct_contact" in verbs,
        "conflict": status == 409,
        "wait": status == 429,
        "warned": warned,
    }
    return render(request, "customer/contact.html", context, status=status)
