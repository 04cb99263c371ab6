"""What erasing a person does to their account, and why it may have to wait."""

import json
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from events.erasure import Forgotten, forget_in_notices, forget_letters
from events.log import Draft
from partners.actions.access import end_access
from partners.actions.grants import is_last_global_admin
from partners.actions.lock import lock_company, lock_roles
from partners.actions.operators import is_last_admin
from partners.models import Conflict, IdempotencyKey, Invitation, Partner, User


def as_forgotten(person: User) -> Forgotten:
    """Who is to be named no more, and what stands for them."""
    return Forgotten(person.name, person.email, lambda: _("erased person %(number)s") % {"number": person.pk})


def reasons_to_keep(person: User, actor: User | None) -> list[ValidationError]:
    """Why the person cannot be erased as things stand, as far as their account goes, each with what mends it."""
    found = []
    if actor is not None and person.pk == actor.pk:
        told = _("This is you. Another admin of the operator has to do it.")
        found.append(ValidationError(told, code="own_account"))
    if is_last_admin(person.pk):
        told = _("They are the operator's only admin. Make somebody else an admin first.")
        found.append(ValidationError(told, code="last_admin"))
    for partner in companies_of(person):
        if is_last_global_admin(person.pk, partner.pk):
            told = _("They are the only global admin of %(partner)s. The company needs another one first.")
            found.append(ValidationError(told % {"partner": partner.name}, code="last_global_admin"))
    return found


def lock_with_sides(person: User) -> None:
    """Locks the person, after the operator's roles and the company they belong to, and reads them anew.

    Of two people who go at once, one comes second, and is the last.

    Raises:
        ValidationError: `changed_meanwhile`, for who joined a company just now.
    """
    sides = companies_of(person)
    lock_roles()
    for partner in sides:
        lock_company(partner.pk)
    person.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
    if companies_of(person) != sides:
        told = _("Their company changed this very moment. Try again.")
        raise ValidationError(told, code="changed_meanwhile")


def companies_of(person: User) -> list[Partner]:
    """The companies that the person has a role in, in the order in which companies are locked."""
    return list(Partner.objects.filter(memberships__user=person).distinct().order_by("pk"))


def forget_person(person: User, *, now: datetime) -> list[Draft]:
    """Blanks the person's row and removes what let them in, what they were told, and who they are in others' notices.

    Inside the act's transaction, with the person locked. Their number stays: what they have done is theirs. Returns
    what the act is to record beside itself.
    """
    gone = as_forgotten(person)
    forget_in_notices(gone)
    forget_letters(gone)
    IdempotencyKey.objects.filter(user=person).delete()
    forget_in_answers(gone)
    withdrawn = end_access(user=person, now=now).withdrawn
    Conflict.objects.filter(user=person).delete()
    Invitation.objects.filter(email__iexact=person.email).delete()
    _end_sessions(person, gone)
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        model._default_manager.filter(user=person).delete()
    person.name, person.email, person.language = "", f"erased-{person.pk}", settings.LANGUAGES[0][0]
    person.last_login, person.saved_views, person.erased_at = None, [], now
    person.set_unusable_password()
    blanked = ["name", "email", "language", "last_login", "saved_views", "erased_at", "password"]
    person.save(update_fields=blanked)
    return withdrawn


def forget_in_answers(gone: Forgotten) -> None:
    """Names somebody no more in answers that are kept for requests which may come twice."""
    for row in IdempotencyKey.objects.filter(gone.mentions("body")).select_related("user").iterator():
        with translation.override(row.user.language):
            row.body = json.dumps(gone.left_out(json.loads(row.body)))
        row.save(update_fields=["body"])


def _end_sessions(person: User, gone: Forgotten) -> None:
    """Deletes the person's sessions, and those that name them: what waits there was typed after a session had ended.

    What is in a session shows by looking into it: there is no other way.
    """
    ended = []
    for row in Session.objects.iterator():
        held = row.get_decoded()
        if held.get("_auth_user_id") == str(person.pk) or gone.left_out(held) != held:
            ended.append(row.pk)
    Session.objects.filter(pk__in=ended).delete()
