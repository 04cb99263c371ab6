"""The locks before every verb on a case: its unit, then itself; and whether it is as the judge saw it."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.http import Http404

from arbitration.permissions import require_judge
from claims.errors import CaseChanged, TransitionNotAllowed
from claims.models import Case, Unit
from claims.states import CaseState

if TYPE_CHECKING:
    from partners.models import User


def lock_case(case: Case, verb: str, states: Collection[CaseState], *, actor: "User", version: int | None) -> Case:
    """The case as it stands now, with its unit, locked until the transaction ends.

    `version` is the one the judge has seen.

    Raises:
        Http404: where there is none.
        PermissionDenied: where the actor may not judge it; asked before what state it is in.
        TransitionNotAllowed: where its state is none of `states`.
        CaseChanged: where it has changed since `version`.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=case.unit_id)
    rows = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("unit", "policy")
    current = rows.filter(pk=case.pk).first()
    if current is None:
        raise Http404
    require_judge(actor, current)
    if current.state not in states:
        raise TransitionNotAllowed(verb, current.state)
    if version is not None and current.version != version:
        raise CaseChanged(current.state)
    return current
