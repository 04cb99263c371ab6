"""Access by program: tokens, and what was answered to a request that may come twice."""

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from partners.models.user import User


class TokenQuerySet(models.QuerySet["ApiToken"]):
    """Keeps tokens by their digest."""

    @staticmethod
    def digest(token: str) -> str:
        """What is kept of a token: its SHA-256 as 64 hexadecimal digits."""
        return hashlib.sha256(token.encode()).hexdigest()

    def keep(
        self,
        *,
        user: "User",
        token: str,
        now: datetime,
        name: str = "",
        scope: str = "write",
        valid_for: timedelta = timedelta(days=90),
    ) -> "ApiToken":
        """Keeps the digest of a new token of `user`."""
        expires_at = now + valid_for
        return self.create(
            user=user, digest=self.digest(token), name=name, scope=scope, created_at=now, expires_at=expires_at
        )

    def living(self, now: datetime) -> "TokenQuerySet":
        """Tokens that are neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class ApiToken(models.Model):
    """A bearer token. Only its digest is kept; the token itself is shown once."""

    class Scope(models.TextChoices):
        """What a token may be used for."""

        READ = "read", _("Read only")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80, blank=True)
    scope = models.CharField(max_length=5, choices=Scope)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="to the hour")
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_lives")]

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.scope == self.Scope.WRITE


class IdempotencyKey(models.Model):
    """The answer once given to a POST with this key; written in the same transaction as the effect.

    Status 0 is never committed: it marks the row whose act is running in this very transaction.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(default=0)
    # Text, because jsonb would reorder the keys of an answer and refuse the NUL that an echoed field may hold.
    body = models.TextField(default="null")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]
