"""Verbs on a person's tokens for the API."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.log import Draft, record
from partners.actions.sign_ins import note_once
from partners.models import ApiToken, User

LONGEST = timedelta(days=365)
MOST = 20  # living tokens of one person
HOUR = 3600


class NoSuchPerson(Exception):
    """Nobody active signs in with this address."""


def make_token(
    *, user: User, token: str, name: str, scope: str, valid_for: timedelta, actor: User | None, now: datetime
) -> ApiToken:
    """Keeps the digest of `token`, freshly drawn by the caller, for `user`.

    Raises:
        ValidationError: `invalid` for a scope that is none, `too_long` for more than a year or no time at all,
            `too_many` for a person with 20 living ones.
    """
    if scope not in ApiToken.Scope.values:
        raise ValidationError({"scope": ValidationError(_("Choose what it may do."), code="invalid")})
    if not timedelta(0) < valid_for <= LONGEST:
        raise ValidationError({"days": ValidationError(_("It is valid for 1 to 365 days."), code="too_long")})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if ApiToken.objects.living(now).filter(user=user).count() >= MOST:
            words = _("You have %(most)d tokens already. Revoke those that are not used.")
            raise ValidationError(words, code="too_many", params={"most": MOST})
        row = ApiToken.objects.keep(user=user, token=token, now=now, name=name, scope=scope, valid_for=valid_for)
        data = {"token": row.pk, "scope": scope, "expires_at": row.expires_at.isoformat()}
        draft = Draft(f"person:{user.pk}", "person.token_made", data)
        record([draft], actor_id=actor.pk if actor else None, now=now)
    return row


def issue_token(*, email: str, token: str, scope: str, valid_for: timedelta, now: datetime) -> ApiToken:
    """Like `make_token`, by whoever runs the installation, for the person who signs in with `email`.

    Raises:
        NoSuchPerson: for an address that is unknown or of a person who left.
        ValidationError: as `make_token`.
    """
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise NoSuchPerson(email) from None
    if not user.is_active:
        raise NoSuchPerson(email)
    return make_token(user=user, token=token, name="", scope=scope, valid_for=valid_for, actor=None, now=now)


def revoke_token(*, actor: User, token_id: int, now: datetime) -> bool:
    """Ends a token of `actor` at once; False where they have no such living one."""
    with transaction.atomic():
        rows = ApiToken.objects.select_for_update().filter(pk=token_id, user=actor, revoked_at=None)
        row = rows.first()
        if row is None:
            return False
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        record([Draft(f"person:{actor.pk}", "person.token_revoked", {"token": row.pk})], actor_id=actor.pk, now=now)
    return True


def note_refused(*, digest: str, now: datetime) -> None:
    """Somebody came with a token that lives no more: an event of its person, once an hour. None for what is unknown."""
    row = ApiToken.objects.select_related("user").filter(digest=digest).first()
    if row is not None:
        why = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "deactivated"
        note_once(
            "person.token_refused", person_id=row.user_id, now=now, within=HOUR, of=str(row.pk), token=row.pk, why=why
        )
