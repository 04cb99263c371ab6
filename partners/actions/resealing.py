"""Verb for whoever has replaced the installation's key."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from partners.sealing import seal_anew

SEALED = ("secret", "seed")  # of an app, of recovery codes


def reseal() -> int:
    """Encrypts the secrets of second steps under the present key, so that no former one is needed for them.

    Returns how many there are. One transaction each: who signs in meanwhile waits for one row, not for all.

    Raises:
        cryptography.fernet.InvalidToken: where a secret is sealed under a key that is not there any more.
    """
    ids = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    return sum(_reseal(pk) for pk in ids)


def _reseal(pk: int) -> bool:
    with transaction.atomic():
        row: Any = Authenticator.objects.select_for_update().filter(pk=pk).first()
        held = [name for name in SEALED if row is not None and name in row.data]
        if held:
            row.data = {**row.data, **{name: seal_anew(row.data[name]) for name in held}}
            row.save(update_fields=["data"])
    return bool(held)
