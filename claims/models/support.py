"""What people ask support for."""

from django.conf import settings
from django.db import models

KEY_LENGTH = 24


class SupportQuerySet(models.QuerySet["SupportRequest"]):
    """Whose requests there are."""

    def visible_to(self, user_id: int | None) -> "SupportQuerySet":
        """What this person, by their key, has sent: nobody reads what a colleague did."""
        return self.filter(asker_id=user_id)


class SupportRequest(models.Model):
    """Somebody asks for help with what a page refused: what it was about, in codes and fields, and perhaps a word.

    `number` is what they are told; `key` names the form that was sent, so that it is one request however often it is.
    """

    number = models.CharField(max_length=12, unique=True)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("claims.Claim", null=True, on_delete=models.SET_NULL, related_name="+")
    page = models.CharField(max_length=200, blank=True, help_text="the path of the page")
    about = models.JSONField(default=list, help_text="[code, field] of each finding")
    words = models.TextField(max_length=2000, blank=True)
    key = models.CharField(max_length=KEY_LENGTH)
    at = models.DateTimeField()

    objects = SupportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asker", "key"], name="support_form_once")]
        indexes = [models.Index(fields=["asker", "at"], name="support_of_asker")]
