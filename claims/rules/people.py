"""Rules about people: customer contact, technical contact, partner contact, and the Revenue association's texts."""

from claims.intake import ClaimContent, Contact, email_domain
from claims.rules.facts import Facts
from claims.rules.findings import Sheet
from directory.activities import Activity, SolutionArea

# Addresses at these domains belong to persons, not to companies, so only the same address is the partner's own.
PUBLIC_MAIL_DOMAINS = frozenset(
    """
    aol.com fastmail.com gmail.com gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.es
    hotmail.fr icloud.com live.com live.nl mac.com mail.com mail.ru me.com msn.com outlook.com outlook.es pm.me
    proton.me protonmail.com qq.com rocketmail.com t-online.de web.de yahoo.co.jp yahoo.co.uk yahoo.com yahoo.es
    yahoo.fr yandex.com yandex.ru ymail.com zoho.com 163.com
    """.split()
)

COMPLETE = ("name", "title", "email")


def check_people(
    sheet: Sheet,
    claim: ClaimContent,
    facts: Facts,
    *,
    area: str | None,
    customer_known: bool,
    malformed: frozenset[str],
) -> None:
    """Checks every contact that this claim needs, field by field."""
    check_customer_contact(sheet, claim.customer_contact, facts, customer_known=customer_known, malformed=malformed)
    if area == SolutionArea.BUSINESS_APPLICATIONS:
        code = "technical_contact_required"
        _check_contact(sheet, "technical_contact", claim.technical_contact, COMPLETE, code, malformed)
    elif claim.technical_contact.email:
        _check_email(sheet, "technical_contact.email", claim.technical_contact.email, malformed)
    _check_technical_address(sheet, claim.technical_contact.email, facts, customer_known, malformed)
    _check_contact(sheet, "partner_contact", claim.partner_contact, ("name", "email"), "contact_required", malformed)
    if claim.activity == Activity.REVENUE_ASSOCIATION:
        for name, code in (("solution_seller", "seller_required"), ("isv_solution", "isv_solution_required")):
            if name not in malformed:
                sheet.check(bool(getattr(claim, name)), code, name)


def check_customer_contact(
    sheet: Sheet, contact: Contact, facts: Facts, *, customer_known: bool, malformed: frozenset[str]
) -> None:
    """Checks who speaks for the customer: all of it, and an address that is not the partner's own."""
    _check_contact(sheet, "customer_contact", contact, COMPLETE, "contact_required", malformed)
    _check_customer_address(sheet, contact.email, facts, customer_known, malformed)


def _check_contact(
    sheet: Sheet, path: str, contact: Contact, names: tuple[str, ...], code: str, malformed: frozenset[str]
) -> None:
    for name in names:
        where = f"{path}.{name}"
        if where in malformed or path in malformed:
            continue
        given = sheet.check(bool(getattr(contact, name)), code, where)
        if name == "email" and given:
            _check_email(sheet, where, contact.email, malformed)


def _check_email(sheet: Sheet, path: str, email: str, malformed: frozenset[str]) -> None:
    if path not in malformed:
        sheet.check(email_domain(email) is not None, "email_invalid", path)


def _check_customer_address(
    sheet: Sheet, email: str, facts: Facts, customer_known: bool, malformed: frozenset[str]
) -> None:
    path = "customer_contact.email"
    with sheet.group(("contact_is_partner", path), ("contact_domain_mismatch", path)):
        domain = email_domain(email)
        if domain is None or path in malformed:
            return
        if not sheet.check(not _is_partners(email, domain, facts), "contact_is_partner", path):
            return
        if customer_known:
            sheet.check(_is_customers(domain, facts), "contact_domain_mismatch", path)


def _check_technical_address(
    sheet: Sheet, email: str, facts: Facts, customer_known: bool, malformed: frozenset[str]
) -> None:
    """Whoever runs the customer's system may be the partner's own; an address of neither is likely a slip."""
    path = "technical_contact.email"
    domain = email_domain(email)
    if domain is None or path in malformed:
        return
    with sheet.group(("contact_domain_mismatch", path)):
        if customer_known:
            known = _is_customers(domain, facts) or _is_partners(email, domain, facts)
            sheet.check(known, "contact_domain_mismatch", path, technical="")


def _is_customers(domain: str, facts: Facts) -> bool:
    domains = facts.customer.domains if facts.customer else ()
    return any(domain == known or domain.endswith("." + known) for known in domains)


def _is_partners(email: str, domain: str, facts: Facts) -> bool:
    if email.lower() in {address.lower() for address in facts.partner_emails}:
        return True
    own = {email_domain(address) for address in facts.partner_emails}
    return domain in own and domain not in PUBLIC_MAIL_DOMAINS
