"""What a file of partners says, checked by itself: shapes, words, dates, and what stands in it twice."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.imports.document import parse
from directory.imports.refusal import ImportRefused
from partners.imports.entries import Entry
from partners.imports.periods import Period, periods_by_program
from partners.models import Membership, MpnId, OperatorRole


@dataclass(frozen=True)
class MpnEntry:
    """An MPN ID. None means that the file does not say; `periods` holds the days of each programme it names, sorted."""

    path: str
    number: str
    kind: str
    name: str | None
    country: str | None
    partner_types: list[str] | None
    periods: dict[str, list[Period]]


@dataclass(frozen=True)
class PersonEntry:
    """A person. Roles of a company for its people, of the operator for a reviewer; `not_roles` is taken away."""

    path: str
    email: str
    name: str | None
    language: str | None
    roles: frozenset[str]
    not_roles: frozenset[str]


@dataclass(frozen=True)
class PartnerEntry:
    """A company with the MPN IDs and the people that the file names."""

    path: str
    name: str
    mpn_ids: list[MpnEntry]
    people: list[PersonEntry]


@dataclass(frozen=True)
class PartnersFile:
    """A whole file."""

    partners: list[PartnerEntry]
    reviewers: list[PersonEntry]


def read_content(raw: bytes, *, programs: Collection[str]) -> PartnersFile:
    """What the file says; `programs` are the codes of all programmes.

    Raises:
        ImportRefused: for the first value that is not as the format says.
    """
    document = Entry(parse(raw), "")
    document.know("partners", "reviewers")
    if not document.says("partners") and not document.says("reviewers"):
        raise ImportRefused("document", _("names neither partners nor reviewers. Add one of them."))
    content = PartnersFile(
        partners=[_partner(entry, tuple(sorted(programs))) for entry in document.entries("partners")],
        reviewers=[_reviewer(entry) for entry in document.entries("reviewers")],
    )
    _refuse_twice([(partner.name, f"{partner.path}.name") for partner in content.partners])
    ids = [mpn_id for partner in content.partners for mpn_id in partner.mpn_ids]
    _refuse_twice([(mpn_id.number, f"{mpn_id.path}.mpnId") for mpn_id in ids])
    people = [*(person for partner in content.partners for person in partner.people), *content.reviewers]
    _refuse_twice([(person.email, f"{person.path}.email") for person in people])
    return content


def _refuse_twice(values: list[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for value, path in values:
        earlier = first.setdefault(value.casefold(), path)
        if earlier != path:
            problem = _("%(value)s stands in this file already, at %(earlier)s. Keep one.")
            raise ImportRefused(path, problem % {"value": value, "earlier": earlier})


def _partner(entry: Entry, programs: tuple[str, ...]) -> PartnerEntry:
    entry.know("name", "mpnIds", "users")
    return PartnerEntry(
        path=entry.path,
        name=entry.text("name", longest=200),
        mpn_ids=[_mpn_id(inner, programs) for inner in entry.entries("mpnIds")],
        people=[_person(inner) for inner in entry.entries("users")],
    )


def _mpn_id(entry: Entry, programs: tuple[str, ...]) -> MpnEntry:
    entry.know("mpnId", "kind", "name", "country", "partnerTypes", "enrollments")
    return MpnEntry(
        path=entry.path,
        number=entry.mpn_id("mpnId"),
        kind=entry.word("kind", tuple(MpnId.Kind.values)),
        name=entry.said("name", longest=200),
        country=entry.country("country"),
        partner_types=entry.texts("partnerTypes", longest=100),
        periods=periods_by_program(entry.entries("enrollments"), programs),
    )


def _person(entry: Entry) -> PersonEntry:
    entry.know("email", "name", "language", "roles")
    roles = entry.words("roles", tuple(Membership.Role.values))
    return PersonEntry(
        path=entry.path,
        email=entry.email("email"),
        name=entry.said("name", longest=120),
        language=entry.language("language"),
        roles=roles,
        not_roles=frozenset(Membership.Role.values) - roles,
    )


def _reviewer(entry: Entry) -> PersonEntry:
    entry.know("email", "name", "language", "lead")
    reviewer, lead = OperatorRole.Role.REVIEWER.value, OperatorRole.Role.LEAD.value
    leads = entry.flag("lead")
    return PersonEntry(
        path=entry.path,
        email=entry.email("email"),
        name=entry.said("name", longest=120),
        language=entry.language("language"),
        roles=frozenset({reviewer, lead} if leads else {reviewer}),
        not_roles=frozenset({lead} if entry.says("lead") and not leads else ()),
    )
