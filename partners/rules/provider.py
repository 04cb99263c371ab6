"""Whom a provider's word is about, and whether it is enough: no database, no clock, no network."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


class NotTaken(Exception):
    """A provider's word that lets nobody in; `code` says why and is part of the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Word:
    """What a provider says of somebody.

    `subject` is its own key for the person; `address` is empty unless the provider has verified it; `seen_at` is when
    it asked the person who they are, in seconds since 1970, 0 where it does not tell.
    """

    subject: str
    address: str
    groups: frozenset[str]
    second_step: bool
    seen_at: float


def read_word(claims: Mapping[str, Any], *, nonce: str, tenants: Collection[str], groups_claim: str) -> Word:
    """Reads the claims of an ID token whose signature, issuer, audience and times are right.

    Raises:
        NotTaken: `nonce_wrong` for the answer to another question, `tenant_foreign` for somebody of a tenant that is
            not named, `groups_untold` where the token leaves the groups out for being too many.
    """
    if not nonce or claims.get("nonce") != nonce:
        raise NotTaken("nonce_wrong")
    if tenants and str(claims.get("tid", "")).lower() not in tenants:
        raise NotTaken("tenant_foreign")
    left_out = claims.get("_claim_names")
    if isinstance(left_out, Mapping) and groups_claim in left_out:
        raise NotTaken("groups_untold")
    methods, groups = claims.get("amr"), claims.get(groups_claim)
    seen_at = claims.get("auth_time")
    return Word(
        subject=str(claims.get("sub", "")),
        address=_verified_address(claims),
        groups=frozenset(str(group) for group in groups) if isinstance(groups, list) else frozenset(),
        second_step=isinstance(methods, list) and "mfa" in methods,
        seen_at=float(seen_at) if isinstance(seen_at, int) else 0.0,
    )


def _verified_address(claims: Mapping[str, Any]) -> str:
    """Microsoft's own claim says that the address's domain is the tenant's; the standard one is a truth value."""
    verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true", "True")
    address = claims.get("email")
    return address.strip().lower() if verified and isinstance(address, str) else ""
