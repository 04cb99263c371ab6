"""Bearer tokens of the API."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from partners.actions.tokens import note_refused
from partners.models import ApiToken, User
from partners.roles import person

SEEN = {
    "token_id": F("api_tokens"),
    "token_scope": F("api_tokens__scope"),
    "token_used_at": F("api_tokens__last_used_at"),
}
STAMPED_EVERY = timedelta(hours=1)


class TokenReadsOnly(APIException):
    """A token that only reads was sent to change something."""

    status_code = 403
    default_code = "token_reads_only"
    default_detail = _(
        "This token only reads. Make one that may write: in the application, under Sign-in and security, Tokens."
    )


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer TOKEN`; one answer for a token that is malformed, unknown, over, or of one who left."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """The person behind the token and its scope; None without the header, to which a view for people answers 401.

        One query for token, person and standing; once an hour one more, to note that the token was used.

        Raises:
            AuthenticationFailed: for a header that names no living token.
            TokenReadsOnly: for one that may not do what is asked.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        now, digest = timezone.now(), ApiToken.objects.digest(b" ".join(parts[1:]).decode("latin-1"))
        living = {"api_tokens__revoked_at": None, "api_tokens__expires_at__gt": now}
        user: Any = person(seen=SEEN, api_tokens__digest=digest, **living)
        if user is None:
            note_refused(digest=digest, now=now)
            raise AuthenticationFailed(_("This token is not valid. Make a new one, or ask your operator for one."))
        if user.token_scope != ApiToken.Scope.WRITE and request.method not in SAFE_METHODS:
            raise TokenReadsOnly
        if user.token_used_at is None or now - user.token_used_at >= STAMPED_EVERY:
            ApiToken.objects.filter(pk=user.token_id).update(
                last_used_at=now.replace(minute=0, second=0, microsecond=0)
            )
        return user, user.token_scope

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names as the way in."""
        return 'Bearer realm="CPOR"'


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """Bearer tokens in the OpenAPI description; being here, it is known wherever the tokens are."""

    target_class = BearerToken
    name = "bearer"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """The scope that an operation asks for."""
        return {self.name: ["read" if auto_schema.method in SAFE_METHODS else "write"]}

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A scheme of OpenAPI: `type`, `scheme` and what scopes there are."""
        told = "A token has the scope `read`, for GET alone, or `write`, for everything, and ends after a year at most."
        return {"type": "http", "scheme": "bearer", "description": told}
