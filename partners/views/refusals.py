"""What to say where a provider's answer lets nobody in: what is wrong, why, and who mends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

WORDS = {
    "person_unknown": (
        _("Nobody here has this address"),
        _("Signing in makes no account. Your company's global admin adds you; after that, this way works."),
    ),
    "address_unverified": (
        _("Your address is not verified"),
        _("Your company's sign-in does not vouch for it, so it may not be yours. Who runs it can mend that."),
    ),
    "tenant_foreign": (
        _("This organisation may not sign in here"),
        _("You are signed in there with an account of another organisation. Choose the one of your work for this."),
    ),
    "linked_otherwise": (
        _("This address belongs to another sign-in already"),
        _("You came before with another account of your organisation. Support can part you from it."),
    ),
    "other_company": (
        _("You belong to another company here"),
        _("One of your groups gives a role in a company that is not yours. Who runs that sign-in can mend it."),
    ),
    "groups_untold": (
        _("You are in too many groups"),
        _("Your company's sign-in leaves them out for that. Who runs it can send roles in place of groups."),
    ),
    "somebody_else": (
        _("That was somebody else"),
        _("You are signed in here as one person, and showed an account of another. Nothing was done."),
    ),
    "not_asked_again": (
        _("You were not asked who you are"),
        _("Your company's sign-in does not say that it has just asked you. Who runs it can let it send “auth_time”."),
    ),
    "provider_silent": (
        _("Your company's sign-in does not answer"),
        _("Nothing is lost. Try again in a minute, or sign in with your password."),
    ),
}
OTHERWISE = (
    _("This sign-in could not be finished"),
    _("What came back is too old, was used before, or is not what was asked for. Start again from the sign-in page."),
)


def refusal(request: HttpRequest, code: str) -> HttpResponse:
    """The page that says why nobody was let in."""
    title, body = WORDS.get(code, OTHERWISE)
    status = 503 if code == "provider_silent" else 403
    return render(request, "security/refused.html", {"title": title, "body": body, "code": code}, status=status)
