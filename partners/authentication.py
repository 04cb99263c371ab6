"""Bearer tokens of the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from partners.models import ApiToken, User
from partners.roles import person


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer TOKEN`; one answer for a token that is malformed, unknown or of a person who left."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The person behind the token, or None without the header, which a view that needs a person answers with 401.

        One query for token, person and standing.

        Raises:
            AuthenticationFailed: for a header that names no living token.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        digest = ApiToken.objects.digest(b" ".join(parts[1:]).decode("latin-1"))
        user = person(api_tokens__digest=digest)
        if user is None:
            raise AuthenticationFailed(_("This token is not valid. Ask your operator for a new one."))
        return user, None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names as the way in."""
        return 'Bearer realm="CPOR"'


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """Bearer tokens in the OpenAPI description; being here, it is known wherever the tokens are."""

    target_class = BearerToken
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A scheme of OpenAPI: `type` and `scheme`."""
        return {"type": "http", "scheme": "bearer"}
