"""Whom a report may be about: reviewers and partners by what an address says, and their names."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from arbitration.models import Fact
from partners.facts import LEAD, REVIEWER
from partners.models import Partner, User

MOST_PARTNERS = 50  # that a part of a name may mean


def reviewers(also: int | None = None) -> dict[int, str]:
    """Those who review, by name; and one more who has, before they left, where they are asked for."""
    judging = Q(operator_roles__role__in=(REVIEWER, LEAD))
    former = Q(pk=also) & Exists(Fact.objects.filter(reviewer=OuterRef("pk"))) if also is not None else Q(pk__in=[])
    rows = User.objects.filter(judging | former).distinct().order_by("name", "email")
    return {user.pk: str(user) for user in rows}


def partners_called(text: str, unnamed: Collection[int]) -> tuple[int, ...]:
    """The company of this name, else those with this in their name; none of those that may not be named."""
    known = Partner.objects.exclude(pk__in=unnamed).order_by("name")
    exact = tuple(known.filter(name__iexact=text).values_list("pk", flat=True)[:1])
    return exact or tuple(known.filter(name__icontains=text).values_list("pk", flat=True)[:MOST_PARTNERS])


def names_of_partners(keys: Iterable[int]) -> dict[int, str]:
    """The names of these companies."""
    return dict(Partner.objects.filter(pk__in=list(keys)).values_list("pk", "name"))


def names_of_people(keys: Iterable[int]) -> dict[int, str]:
    """The names of these people."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=list(keys))}
