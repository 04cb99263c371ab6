"""How django-allauth behaves here: accounts are made by imports and invitations, never by signing up."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account import signals as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.actions.sessions import end_sessions
from partners.actions.sign_ins import note, note_once
from partners.middleware.gate import remember
from partners.models import User
from partners.sealing import seal, unseal
from partners.views.provider import PROVIDER, WORTH, take
from partners.views.recent import SECOND_STEP


class AccountAdapter(DefaultAccountAdapter):
    """Closes self sign-up, and tells the log who came in and who was turned away."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("Address or password is not right. Check both, or set a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: a company's global admin adds its people."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether an address may be gone on to; one that cannot be read may not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses, before anything is hashed, who has failed too often.

        Raises:
            ValidationError: too_many_login_attempts.
        """
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._turned_away("person.sign_in_limited", request, credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Address or password is wrong: an event of the person, or one of nobody's."""
        self._turned_away("person.sign_in_failed", request, credentials)

    def _turned_away(self, kind: str, request: HttpRequest, credentials: dict[str, Any]) -> None:
        """One event for a person; for addresses that nobody has, one for each network they come from."""
        whose = User.objects.filter(email=str(credentials.get("email", "")).strip().lower()).first()
        if whose is not None:
            write = note if kind == "person.sign_in_failed" else note_once  # of the failures there are five in a while
            write(kind, person_id=whose.pk, now=timezone.now())
            return
        network = salted_hmac("partners.networks", self.get_client_ip(request)).hexdigest()[:16]
        note_once(kind, person_id=None, now=timezone.now(), of=network, network=network)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Somebody who left knows their password still."""
        note_once(
            "person.refused", person_id=user.pk, now=timezone.now(), of="sign_in", door="sign_in", why="deactivated"
        )
        return cast("HttpResponse", super().respond_user_inactive(request, user))

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """Somebody is in."""
        response = super().post_login(request, user, **how)
        if (login := (how.get("signal_kwargs") or {}).get("sociallogin")) is not None:
            take(request, user, **login.state[WORTH])
        remember(response, user.pk)
        records = get_authentication_records(request, user)
        ways = [str(record.get("type") or record["method"]) for record in records]
        note("person.signed_in", person_id=user.pk, actor_id=user.pk, now=timezone.now(), by=ways)
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How this person can show once more who they are, the usual way first, each in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        ways = [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]
        if settings.OIDC is not None and SocialAccount.objects.filter(user_id=user.pk, provider=PROVIDER).exists():
            name = _("Use %(provider)s") % {"provider": settings.OIDC["name"]}
            ways.append({"id": PROVIDER, "description": name, "url": reverse("confirm_by_provider")})
        return ways


def listen() -> None:
    """Hears from django-allauth what its adapters are not told: what becomes of passwords and second steps."""
    heard = (
        (mfa.authenticator_added, _second_step_added),
        (mfa.authenticator_removed, _second_step_removed),
        (mfa.authenticator_reset, _told("person.recovery_codes_renewed")),
        (mfa.authenticator_used, _second_step_taken),
        (mfa.authentication_failed, _told("person.second_step_failed")),
        (account.password_changed, _password_new("person.password_changed")),
        (account.password_set, _password_new("person.password_set")),
        (account.password_reset, _password_new("person.password_reset")),
    )
    for signal, hear in heard:
        signal.connect(hear, weak=False, dispatch_uid=f"partners.{hear.__name__}")


def _password_new(kind: str) -> Callable[..., None]:
    """Sessions from before the new password read nothing any more; here they leave the list of sessions too."""

    def hear(*, request: HttpRequest, user: User, **_more: Any) -> None:
        here = request.session.session_key
        others = UserSession.objects.filter(user=user).exclude(session_key=here).values_list("session_key", flat=True)
        end_sessions(actor=user, keys=list(others), now=timezone.now())
        note(kind, person_id=user.pk, actor_id=user.pk, now=timezone.now())

    hear.__name__ = kind
    return hear


def _told(kind: str) -> Callable[..., None]:
    def hear(*, user: User, **_more: Any) -> None:
        note(kind, person_id=user.pk, actor_id=user.pk, now=timezone.now())

    hear.__name__ = kind
    return hear


def _second_step_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    note("person.second_step_added", person_id=user.pk, actor_id=user.pk, now=timezone.now(), type=authenticator.type)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[SECOND_STEP] = user.pk  # to set one up is to take it
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.wrap().validate_code(request.POST.get("code", ""))  # the code is used by that


def _second_step_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    note("person.second_step_removed", person_id=user.pk, actor_id=user.pk, now=timezone.now(), type=authenticator.type)
    if not Authenticator.objects.filter(user_id=user.pk).exists():
        request.session.pop(SECOND_STEP, None)


def _second_step_taken(*, request: HttpRequest, user: User, **_more: Any) -> None:
    request.session[SECOND_STEP] = user.pk


class MfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second steps encrypted: whoever reads the database alone cannot take one."""

    def encrypt(self, text: str) -> str:
        """Text that only this installation reads."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - django-allauth's own name
        """What a passkey is called until its owner says otherwise."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number} if number > 1 else _("Passkey")
