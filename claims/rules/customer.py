"""Rules about the customer, in order: format, then the match of tenant and domain, then its directory."""

from claims.intake import ClaimContent, guid, guid_faults, host
from claims.rules.facts import Directory, Facts
from claims.rules.findings import Sheet


def check_customer(sheet: Sheet, claim: ClaimContent, facts: Facts, malformed: frozenset[str]) -> bool:
    """Whether the customer is known, so that lines can be checked. Unknown tenant or domain, no match: one answer."""
    with sheet.group(
        ("tenant_id_invalid", "tenant_id"),
        ("domain_invalid", "domain"),
        ("directory_unavailable", "tenant_id"),
        ("domain_tenant_mismatch", "domain"),
    ):
        well_formed = True
        for name, reader, code in (("tenant_id", guid, "tenant_id_invalid"), ("domain", host, "domain_invalid")):
            value = getattr(claim, name)
            why = guid_faults(value) if reader is guid else {}
            if not value or name in malformed or not sheet.check(reader(value) is not None, code, name, **why):
                well_formed = False
        if not well_formed:
            return False
        if not sheet.check(facts.directory != Directory.UNAVAILABLE, "directory_unavailable", "tenant_id"):
            return False
        return sheet.check(facts.customer is not None, "domain_tenant_mismatch", "domain")
