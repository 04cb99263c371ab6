"""Messages: what is still to be sent, and what each person finds in the application."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Whose notices there are."""

    def visible_to(self, user_id: int | None) -> "NotificationQuerySet":
        """What this person, by their key, was told: nobody reads what another was."""
        return self.filter(recipient_id=user_id)


class Notification(models.Model):
    """What one person is told, in the application.

    `kind` names the texts (`templates/emails/<kind>-*.txt|html`, whose subject is the line under *Messages*); `values`
    fills them.
    """

    key = models.CharField(max_length=64, unique=True, help_text="its opaque name")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["subject"], condition=Q(read_at=None), name="notification_unsettled"),
        ]

    @property
    def address(self) -> str:
        """Where its mail goes."""
        return str(self.recipient.email)

    @property
    def name(self) -> str:
        """What its mail greets with."""
        return str(self.recipient.get_short_name())

    @property
    def language(self) -> str:
        """In which language it is read."""
        return str(self.recipient.language)


class Envelope(models.Model):
    """What somebody without an account is written, by mail alone; kind and values as of a notification.

    `path` is where the mail leads. Where whoever knows it may act there, it is blank once the mail has left or is given
    up.
    """

    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    reply_to = models.CharField(max_length=254, blank=True, help_text="none: support")
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()


class MailChoice(models.Model):
    """How a person wants to hear of one kind of message by mail; without a row, at once."""

    class How(models.TextChoices):
        """At once, once a day with all others, or in the application alone."""

        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        NEVER = "never", _("Not by mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_mail_choice_per_kind")]


class Outbox(models.Model):
    """One mail to send. The truth of sending: a lost nudge is found again by the sweep, a second one finds it sent.

    `dedupe_key` is also the mail's Message-ID, so that a copy sent twice by a killed worker is one mail to its reader.
    It is of a notification, or of an envelope.
    """

    notification = models.OneToOneField(Notification, null=True, on_delete=models.CASCADE, related_name="outbox")
    envelope = models.OneToOneField(Envelope, null=True, on_delete=models.CASCADE, related_name="outbox")
    dedupe_key = models.CharField(max_length=64, unique=True)
    daily = models.BooleanField(default=False, help_text="goes with the mail of the day")
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True, help_text="when the provider said that it reached nobody")
    error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(sent_at=None, parked_at=None), name="outbox_pending"),
            models.Index(fields=["dedupe_key"], condition=Q(bounced_at__isnull=False), name="outbox_bounced"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(notification=None) ^ Q(envelope=None), name="mail_is_of_a_notice_or_an_envelope"
            )
        ]

    @property
    def message(self) -> Notification | Envelope:
        """What the mail is made of."""
        message = self.notification or self.envelope
        if message is None:
            raise TypeError("a mail is of a notification or of an envelope")
        return message
