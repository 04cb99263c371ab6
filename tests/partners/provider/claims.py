"""What the provider's tokens say: what is usual, and whatever a test has written down for a person."""

import json
import time
from collections.abc import Iterable
from typing import Any

from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings
from django.contrib.auth.models import User


class Claims(DefaultOIDCAdapter):
    """Reads `claims.json` for each token."""

    def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Iterable[str], **_more: Any) -> None:
        user = User.objects.get(pk=id_token["sub"])
        id_token["auth_time"] = int((user.last_login or user.date_joined).timestamp())
        for name, value in self.said(user.email).items():
            if name == "expired":
                id_token.update(iat=int(time.time()) - 7200, exp=int(time.time()) - 3600)
            elif value is None:
                id_token.pop(name, None)
            else:
                id_token[name] = value

    @staticmethod
    def said(email: str) -> dict[str, Any]:
        file = settings.FOLDER / "claims.json"
        said: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
        return said.get(email, {})

    def get_signing_key(self) -> PrivateKey:
        other = settings.FOLDER / "other_key.pem"
        return PrivateKey(pem=other.read_text()) if other.exists() else super().get_signing_key()


def under_the_right_name(pem: str) -> tuple[dict[str, Any], Any]:
    """The key of a forger says that it is the provider's own."""
    jwk, key = loaded(pem)
    if pem != settings.IDP_OIDC_PRIVATE_KEY and (settings.FOLDER / "same_name").exists():
        jwk["kid"] = loaded(settings.IDP_OIDC_PRIVATE_KEY)[0]["kid"]
    return jwk, key


loaded = jwkkit.load_jwk_from_pem
jwkkit.load_jwk_from_pem = under_the_right_name
