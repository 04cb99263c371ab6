"""No text of the operator's people to a partner names another party. Source: design, section 8."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from claims.errors import VerbRefused
from claims.models import Association, Claim, ClaimLine, Evidence
from claims.rules.findings import Finding
from claims.rules.telltale import Company, Names, names_of
from claims.states import LineState
from partners.models import Membership, MpnId, Partner


@dataclass(frozen=True)
class Around:
    """Who has, or had, something on some units, by the partner's key, and what is spoken of there.

    `customers`: their names and domains.
    """

    companies: Mapping[int, Company]
    customers: frozenset[str]
    products: frozenset[str]

    def names_for(self, reader: int) -> Names:
        """What would tell this partner who another of them is."""
        others = [company for partner_id, company in self.companies.items() if partner_id != reader]
        own = self.companies.get(reader, Company())
        return names_of(others, reader=own, customers=self.customers, products=self.products)


def around(units: Collection[int], *readers: int) -> Around:
    """Reads all of it, `readers` among the companies, in six queries however many there are.

    A text is read after a partner has left, too.
    """
    lines = ClaimLine.objects.filter(unit__in=units).exclude(state=LineState.DRAFT).order_by()
    held = Association.objects.filter(unit__in=units).order_by().values_list("partner", flat=True)
    said = lines.values_list("partner", "claim__customer_name", "claim__domain", "product_name", "product")
    rows = list(said.distinct())
    partners = {row[0] for row in rows} | set(held) | set(readers)
    files = Evidence.objects.filter(claim__partner__in=partners, claim__lines__unit__in=units).order_by()
    people = Membership.objects.filter(partner__in=partners).order_by("pk")
    members = list(people.values_list("partner", "user__name", "user__email"))
    names = _grouped(Partner.objects.filter(pk__in=partners).values_list("pk", "name"))
    ids = list(MpnId.objects.filter(partner__in=partners).order_by("pk").values_list("partner", "name", "number"))
    places, numbers = _grouped(row[:2] for row in ids), _grouped((row[0], row[2]) for row in ids)
    called = _grouped(row[:2] for row in members)
    domains = _grouped((partner, address.rpartition("@")[2].casefold()) for partner, _name, address in members)
    sent = _grouped(files.values_list("claim__partner", "name").distinct())
    companies = {
        pk: Company((*names[pk], *places[pk]), numbers[pk], domains[pk], called[pk], sent[pk]) for pk in partners
    }
    customers = frozenset(text for row in rows for text in row[1:3] if text)
    products = frozenset(text for row in rows for text in row[3:] if text)
    return Around(companies, customers, products)


def _grouped(pairs: Iterable[tuple[int, str]]) -> Mapping[int, tuple[str, ...]]:
    """What belongs to each partner, once, in order; nothing to those not named. What is empty is left out."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for key, text in pairs:
        if text.strip() and text not in found[key]:
            found[key] = (*found[key], text)
    return found


def refuse_names(claim: Claim, text: str, field: str = "body") -> None:
    """Lets a text to the claim's partner pass that names none of the others on its units.

    Raises:
        VerbRefused: `names_other_party`, with the word: it is said to the operator's people alone.
    """
    units = [line.unit_id for line in claim.lines.all() if line.unit_id]
    if word := around(units, claim.partner_id).names_for(claim.partner_id).found_in(text):
        raise VerbRefused([Finding("names_other_party", field, {"word": word})])
