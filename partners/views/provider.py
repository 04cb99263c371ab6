"""Signing in, and showing again who one is, by a company's own OpenID Connect provider.

Django-allauth speaks the protocol; what its answer must prove, and who is let in by it, is decided here and in
`actions.provider`. Nobody signs up this way, and nothing of a provider's tokens is kept.
"""

import logging
import re
import time
from typing import Any, cast
from urllib.parse import urlencode

import jwt
import requests
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partners.actions.provider import admit, known_to
from partners.actions.sign_ins import note_once
from partners.models import User
from partners.rules.provider import NotTaken, Word, read_word
from partners.views.recent import SECOND_STEP, SEEN_BY_PROVIDER
from partners.views.refusals import refusal

PROVIDER = "provider"  # there is one
CONFIRM = "confirm"  # beside the processes of django-allauth: not to sign in, but to show again who one is
WORTH = "worth"  # of what was asked, which goes through all steps of signing in: what `take` keeps of the answer
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
LEEWAY = 60  # seconds by which clocks may differ
KEPT = 600  # seconds for which a provider's description and keys are

logger = logging.getLogger(__name__)


def about() -> dict[str, Any]:
    """What the settings say of the provider.

    Raises:
        Http404: where there is none.
    """
    if settings.OIDC is None:
        raise Http404
    return dict(settings.OIDC)


def is_of(issuer: str, server: str) -> bool:
    """Whether a description with this issuer is that of the server we know; one for many tenants leaves a place."""
    many = re.sub(r"/(common|organizations)(?=/|$)", "/{tenantid}", server)
    return issuer.rstrip("/") in {server, many}


class Refused(OAuth2Error):
    """An answer of a provider that lets nobody in; `person_id` is whom it was about, where that is known."""

    def __init__(self, code: str, person_id: int | None = None) -> None:
        super().__init__(code)
        self.code, self.person_id = code, person_id


class Door(OpenIDConnectOAuth2Adapter):
    """Reads what a provider answers. Its signature is checked although it came straight from the provider."""

    state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        """How the provider describes itself; asked for once in ten minutes, so that strangers cannot make us ask.

        Raises:
            ValueError: where it describes somebody else.
        """
        key = f"partners.provider:{self.get_provider().server_url}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = super().openid_config
            if not is_of(str(found["issuer"]), about()["server"]):
                logger.error("The sign-in provider describes itself as another: %s", found["issuer"])
                raise ValueError(found["issuer"])
            cache.set(key, found, KEPT)
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Whoever the answer is about, let in; or, where they were asked to show again who they are, led on.

        Raises:
            Refused: with the reason.
            ImmediateHttpResponse: the way on.
        """
        word = self._word(app, str(kwargs["response"].get("id_token", "")))
        if self.state["process"] == CONFIRM:
            raise ImmediateHttpResponse(_confirmed(request, word, self.state))
        try:
            known = about()
            admit(provider=PROVIDER, word=word, roles=known["roles"], by=known["name"], now=timezone.now())
        except NotTaken as reason:
            raise Refused(reason.code, known_to(provider=PROVIDER, word=word)) from None
        self.state[WORTH] = {"seen_at": word.seen_at, "second_step": word.second_step}
        return self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": word.subject}})

    def _word(self, app: Any, id_token: str) -> Word:
        try:
            claims = self._claims(app, id_token)
            return read_word(
                claims,
                nonce=self.state.get("nonce", ""),
                tenants=about()["tenants"],
                groups_claim=about()["groups_claim"],
            )
        except jwt.ExpiredSignatureError:
            raise Refused("token_expired") from None
        except (jwt.PyJWTError, ValueError, LookupError, TypeError, StopIteration):
            raise Refused("token_wrong") from None
        except NotTaken as reason:
            raise Refused(reason.code) from None

    def _claims(self, app: Any, id_token: str) -> dict[str, Any]:
        config = self.openid_config
        # Where one description serves many tenants, it leaves a place for the one that a token is of.
        tenant = jwt.decode(id_token, options={"verify_signature": False}).get("tid", "")
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=self._key(jwt.get_unverified_header(id_token)["kid"]),
            algorithms=SIGNED_BY,
            audience=app.client_id,
            issuer=str(config["issuer"]).replace("{tenantid}", str(tenant)),
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        return claims

    def _key(self, kid: str) -> Any:
        """The provider's key of this name; its keys are asked for anew where the name is a new one, once a minute."""
        address = self.openid_config["jwks_uri"]
        kept, asked = f"partners.provider_keys:{address}", f"partners.provider_keys_asked:{address}:{kid}"
        keys = cache.get(kept) or []
        if kid not in {key.get("kid") for key in keys} and cache.add(asked, True, LEEWAY):
            with get_adapter().get_requests_session() as session:
                answer = session.get(address)
            answer.raise_for_status()
            keys = answer.json()["keys"]
            cache.set(kept, keys, KEPT)
        return next(jwt.PyJWK(key).key for key in keys if key.get("kid") == kid)


class Provider(OpenIDConnectProvider):
    """Asks with PKCE and a nonce, and with nothing that a stranger wrote into the address."""

    oauth2_adapter_class = Door

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """To sign in, and where to go after; the address says nothing else."""
        return {"process": AuthProcess.LOGIN, "next_url": get_next_redirect_url(request)}

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **how: Any) -> Any:
        """Leads to the provider; the nonce that its answer must carry waits in the session."""
        nonce = get_random_string(32)
        params = {**how.pop("auth_params", {}), "nonce": nonce}
        return super().redirect(request, process, next_url, data, auth_params=params, nonce=nonce, **how)

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Nothing is kept of what a provider says."""
        return {}


class Callback(OAuth2CallbackView):
    """Remembers what was asked, so that the answer can be held against it."""

    adapter: Door

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


class SocialAdapter(DefaultSocialAccountAdapter):
    """Knows the one provider of the settings, and lets nobody sign up."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The provider of the settings; no row of the database is one."""
        if settings.OIDC is None or provider not in {None, PROVIDER, "openid_connect"}:
            return []
        about = {"server_url": settings.OIDC["server"], "oauth_pkce_enabled": True, "fetch_userinfo": False}
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=settings.OIDC["name"],
                client_id=settings.OIDC["client_id"],
                secret=settings.OIDC["secret"],
                settings=about,
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up: who is unknown was refused before this is asked."""
        return False

    def get_requests_session(self) -> requests.Session:
        """One that goes where it was sent, and is led nowhere else."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Says why nobody was let in, to the person and to the log.

        Raises:
            ImmediateHttpResponse: always.
        """
        if error == AuthError.CANCELLED:
            messages.info(request, _("You did not sign in with %(provider)s.") % {"provider": provider.name})
            raise ImmediateHttpResponse(redirect("account_login"))
        code, person_id = _reason(request, exception, extra_context or {})
        note_once(
            "person.refused", person_id=person_id, now=timezone.now(), within=60, of=code, door="provider", why=code
        )
        if code == "deactivated":
            raise ImmediateHttpResponse(render(request, "account/account_inactive.html", status=403))
        raise ImmediateHttpResponse(refusal(request, code))


def _reason(request: HttpRequest, exception: Any, context: dict[str, Any]) -> tuple[str, int | None]:
    if isinstance(exception, Refused):
        return exception.code, exception.person_id
    if isinstance(exception, requests.RequestException):
        return "provider_silent", None
    if exception is not None:
        return "code_refused", None
    return ("provider_refused" if context.get("state") else "state_unknown"), None


@require_safe
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider."""
    return _ask(request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request))


@login_required
@require_safe
def confirm(request: HttpRequest) -> HttpResponse:
    """Says that the provider will ask who it is. A form's post may lead to no other site, so a link does."""
    ways = [way for way in _other_ways(request) if way["id"] != PROVIDER]
    here = {
        "next": get_next_redirect_url(request) or "",
        "provider": about()["name"],
        "reauthentication_alternatives": ways,
    }
    return render(request, "security/confirm_by_provider.html", {**here, "reauthentication_alternatives": ways})


def _other_ways(request: HttpRequest) -> list[dict[str, Any]]:
    from allauth.account.adapter import get_adapter as account_adapter  # noqa: PLC0415 - the name is taken above

    query = urlencode({"next": get_next_redirect_url(request) or ""})
    ways = account_adapter(request).get_reauthentication_methods(request.user)
    return [{**way, "url": f"{way['url']}?{query}"} for way in ways]


@login_required
@require_safe
def confirm_there(request: HttpRequest) -> HttpResponse:
    """Leads to the provider, which is to ask the person even if it knows them."""
    asked = {"prompt": "login", "max_age": "0"}
    return _ask(
        request,
        process=CONFIRM,
        next_url=get_next_redirect_url(request),
        data={"asked_at": time.time()},
        auth_params=asked,
    )


def _ask(request: HttpRequest, **what: Any) -> HttpResponse:
    about()
    provider = get_adapter(request).get_provider(request, PROVIDER)
    try:
        return cast("HttpResponse", provider.redirect(request, **what))
    except (requests.RequestException, ValueError, KeyError) as trouble:
        silent = trouble if isinstance(trouble, requests.RequestException) else requests.RequestException()
        return _refuse(request, provider, silent)


def _refuse(request: HttpRequest, provider: Any, exception: Exception) -> HttpResponse:
    return cast("HttpResponse", render_authentication_error(request, provider, exception=exception))


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider leads back to. An answer that makes no sense is one that lets nobody in."""
    about()
    door = Door(request, PROVIDER)
    try:
        return cast("HttpResponse", Callback.adapter_view(door)(request))
    except (ValueError, KeyError, TypeError):
        return _refuse(request, door.get_provider(), Refused("token_wrong"))


def _confirmed(request: HttpRequest, word: Word, state: dict[str, Any]) -> HttpResponse:
    """Goes on with what was asked for, where it is the same person, who was asked just now."""
    user = cast("User", request.user)
    if not user.is_authenticated or known_to(provider=PROVIDER, word=word) != user.pk:
        raise Refused("somebody_else", user.pk)
    if word.seen_at < state["data"]["asked_at"] - LEEWAY:
        raise Refused("not_asked_again", user.pk)
    take(request, user, seen_at=word.seen_at, second_step=word.second_step)
    next_url = state.get("next") or "/"
    request.GET = QueryDict(urlencode({"next": next_url}))  # where django-allauth looks for it
    return cast("HttpResponse", resume_request(request)) or HttpResponseRedirect(next_url)


def take(request: HttpRequest, user: User, *, seen_at: float, second_step: bool) -> None:
    """Keeps in the session of `user` what a provider's word is worth: when it saw them, and whether twice over."""
    request.session[SEEN_BY_PROVIDER] = seen_at
    if second_step:
        request.session[SECOND_STEP] = user.pk
