"""What was refused, and the trace it leaves: who tried which verb, and why it was not done."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

Given = ParamSpec("Given")
Done = TypeVar("Done")


def refusal(field: str, code: str, message: str) -> ValidationError:
    """The refusal of what one field says, with its stable code; of the act as a whole where `field` is empty."""
    return ValidationError({field or "__all__": [ValidationError(message, code=code)]})


def code_of(error: Exception) -> str:
    """The code of a refusal; the first, where there are several."""
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    if not isinstance(error, ValidationError):
        return "not_found"
    first = next(iter(error.error_dict.values()))[0] if hasattr(error, "error_dict") else error.error_list[0]
    return first.code or "invalid"


def said_of(refused: ValidationError | None) -> dict[str, Any]:
    """What a page says of a refusal: `faults`, its sentences, and `code`, for whoever asks support about it."""
    return {"faults": refused.messages, "code": code_of(refused)} if refused else {"faults": [], "code": ""}


def refusals_are_recorded(verb: Callable[Given, Done]) -> Callable[Given, Done]:
    """A verb on people, whose refusal is an event of who tried; `actor` and `now` are among its arguments.

    The event is written after the verb's own transaction is undone. Verbs made of others are wrapped themselves: then
    the event of the inner one is undone with the rest.
    """

    @wraps(verb)
    def tried(*args: Given.args, **given: Given.kwargs) -> Done:
        try:
            return verb(*args, **given)
        except (PermissionDenied, ValidationError, Http404) as error:
            actor, now = given["actor"], given["now"]
            said = {"verb": verb.__name__, "code": code_of(error)}
            with transaction.atomic():
                record([Draft(actor.subject, "team.refused", said)], actor_id=actor.pk, now=now)  # type: ignore[attr-defined, arg-type]
            raise

    return tried


def denials_are_recorded(verb: Callable[Given, Done]) -> Callable[Given, Done]:
    """A verb that is an event of who tried it where they may not; `actor` and `now` are among its arguments."""

    @wraps(verb)
    def tried(*args: Given.args, **given: Given.kwargs) -> Done:
        try:
            return verb(*args, **given)
        except PermissionDenied as error:
            said: dict[str, Any] = given
            record_denial(error, verb.__name__, actor=cast("User", said["actor"]), now=said["now"])
            raise

    return tried


def record_denial(error: PermissionDenied, verb: str, *, actor: "User", now: datetime) -> None:
    """Writes that somebody tried what they may not, once for each `error`, however many doors it passes."""
    if getattr(error, "is_recorded", False):
        return
    with transaction.atomic():
        said = {"verb": verb, "code": code_of(error)}
        record([Draft(actor.subject, "person.act_refused", said)], actor_id=actor.pk, now=now)
    error.is_recorded = True  # type: ignore[attr-defined]
