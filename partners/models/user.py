"""People, known by their e-mail address."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who signs in with `email`; without a password, only by setting one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Finds a person by address, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person of a partner or of the operator. What they may do stands in `Membership` and `OperatorRole`."""

    email = models.EmailField(gettext_lazy("e-mail address"), unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=120, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0, help_text="raised when all sessions end, never to revive")
    saved_views = models.JSONField(default=list, help_text="lists as they were narrowed, each {page, name, query}")
    erased_at = models.DateTimeField(null=True, help_text="when name and address were blanked for good")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case")]

    def __str__(self) -> str:
        if self.erased_at is not None:
            return _("erased person %(number)s") % {"number": self.pk}
        return self.name or self.email

    @property
    def subject(self) -> str:
        """The person's name in the log."""
        return f"person:{self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to live: it dies with the password, and with the epoch it began in."""
        text = f"{self.session_epoch}:{self.password}"
        return salted_hmac("partners.session", text, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """Name, or the address where none is known."""
        return str(self)

    def get_short_name(self) -> str:
        """What a mail greets with."""
        return str(self)
