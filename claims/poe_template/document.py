"""The template's sections, in the language active now. Source of what they hold: domain, section 5."""

import re
from collections.abc import Callable

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from claims import dates
from claims.intake import Contact
from claims.poe_template.filled import Filled, Named
from claims.poe_template.word import Blank, Document, Piece, Row, Tick, plain
from directory.activities import OFFERED, Activity, SolutionArea

LANGUAGE_TAGS = {"en": "en-GB", "es": "es-ES"}
FACTS = (45, 125)  # widths in mm, of 170 in all
TICKS = {Activity.PRESALES: 21, Activity.USAGE: 16, Activity.REVENUE_ASSOCIATION: 25}
WORK_ROWS, DOCUMENT_ROWS = 2, 2  # at least so many, however little the claim names


def poe_template(filled: Filled) -> bytes:
    """The template as a Word document. The same claim in the same language gives the same bytes."""
    document = Document(language=LANGUAGE_TAGS.get((get_language() or "en")[:2], "en-GB"))
    for section in (_opening, _parties, _acknowledgement, _work, _products):
        section(document, filled)
    # Translators may put the pages in any order, so the sentence is taken apart only when it is translated.
    pages = re.split(r"%\((\w+)\)s", _("Page %(PAGE)s of %(NUMPAGES)s"))
    document.footer(f"{filled.reference} · {_('Proof of execution')}", *pages)
    title = f"{_('Proof of execution')} {filled.reference}"
    return document.bytes(title=title, author=filled.operator, day=filled.day)


def _opening(document: Document, filled: Filled) -> None:
    values = {"reference": filled.reference, "day": dates.day_of_year(filled.day)}
    document.paragraph("Title", _("Proof of execution"))
    document.paragraph("Subtitle", _("Engagement evidence for claim %(reference)s, made on %(day)s") % values)
    document.paragraph(
        "Normal",
        _(
            "The partner named below asks %(operator)s, which runs the partner programme, to be recognised for its work"
            " with the products in section 4. Here the partner describes the work and the customer confirms it. The"
            " work may be finished, under way or agreed. A signed statement of work that says the same serves as well."
        )
        % {"operator": filled.operator},
    )


# --- 1 and 2: who, and the customer's word ---------------------------------------------------------------------------


def _parties(document: Document, filled: Filled) -> None:
    document.paragraph("heading 1", "1. " + _("Partner and customer"))
    document.paragraph(
        "Guidance",
        _(
            "Reviewers compare this section with the claim, the tenant ID above all. If something is wrong here,"
            " correct the claim and download this document again."
        ),
    )
    stated = _("As stated in the claim")
    document.facts((_("Partner"), stated), _of_partner(filled), widths=FACTS)
    document.facts((_("Customer"), stated), _of_customer(filled), widths=FACTS)
    document.facts((_("Engagement"), stated), _of_engagement(filled), widths=FACTS)


def _of_partner(filled: Filled) -> list[Row]:
    return [
        _fact("partner", _("Company"), filled.partner),
        _fact("mpn_id", _("MPN ID"), _listed(filled.mpn_id, filled.mpn_name)),
        _fact("partner_contact", _("Contact"), _person(filled.partner_contact)),
    ]


def _of_customer(filled: Filled) -> list[Row]:
    rows = [
        _fact("customer", _("Company"), filled.customer),
        _fact("domain", _("Domain"), filled.domain),
        _fact("tenant_id", _("Tenant ID"), filled.tenant_id),
        _fact("customer_contact", _("Contact"), _person(filled.customer_contact)),
    ]
    technical = _person(filled.technical_contact)
    if technical or filled.solution_area == SolutionArea.BUSINESS_APPLICATIONS:
        rows.append(_fact("technical_contact", _("Technical contact"), technical))
    return rows


def _of_engagement(filled: Filled) -> list[Row]:
    area = _label(SolutionArea, filled.solution_area)
    activity = _label(Activity, filled.activity)
    rows = [
        _fact("project", _("Project"), filled.project),
        _fact("work", _("Area and activity"), _listed(area, activity)),
    ]
    influenced = filled.activity == Activity.REVENUE_ASSOCIATION
    if influenced or filled.solution_seller:
        rows.append(_fact("solution_seller", _("Solution seller"), filled.solution_seller))
    if influenced or filled.isv_solution:
        rows.append(_fact("isv_solution", _("ISV solution"), filled.isv_solution))
    return rows


def _acknowledgement(document: Document, filled: Filled) -> None:
    values = {"operator": filled.operator, "months": filled.months}
    document.paragraph("heading 1", "2. " + _("Acknowledgement by the customer"))
    document.paragraph("heading 2", _("What the customer confirms by signing"))
    _bullets(
        document,
        _("The partner has done the work described in section 3, or has been engaged to do it."),
        _("The work is about the products ticked in section 4."),
    )
    document.paragraph("heading 2", _("What to know before signing"))
    _bullets(
        document,
        _("It is no contract and no order. It changes no price and no licence."),
        _(
            "It gives the partner no access to systems or data of the customer. If the claim is approved, the partner"
            " sees how much of these products is used or bought, and nothing else."
        ),
        _("It is not final: once the claim is approved, %(operator)s writes to the customer, who can still decline.")
        % values,
    )
    public = _(
        "Only for public-sector customers in the United States or Puerto Rico: the customer knows that the partner may"
        " be paid fees for this engagement."
    )
    document.paragraph("Tick Line", Tick("public_sector", _("Public sector"), words=public))
    document.paragraph(
        "Guidance",
        _(
            "Reviewers look for name, title, signature and date. The date may be at most %(months)s months old on the"
            " day the claim is sent."
        )
        % values,
    )
    document.facts(
        (_("For the customer"), _("Filled in by the person who signs")), _signature(), widths=FACTS, height=8
    )


def _signature() -> list[Row]:
    return [
        _blank("signer_name", _("Name"), _("First and last name")),
        _blank("signer_title", pgettext("of a person", "Title"), _("Role at the customer")),
        (_("Signature"), Blank("signature", _("Signature"))),
        _blank("signed_on", _("Date"), _("Day, month and year"), is_date=True),
    ]


# --- 3 and 4: the work, and on what ----------------------------------------------------------------------------------


def _work(document: Document, filled: Filled) -> None:
    document.paragraph("heading 1", "3. " + _("Engagement activities and supporting documents"))
    document.paragraph(
        "Guidance",
        _(
            "Reviewers look for what was done, when, and a result that can be measured, such as users before and after."
            " One row for each product, under its own name; add rows as you need them."
        ),
    )
    blanks = [Named("")] * (WORK_ROWS - len(filled.products))
    head: tuple[str, ...] = (_("Product"), _("What the partner did"), _("From and to"), _("Result"))
    rows = [_work_row(number, product) for number, product in enumerate([*filled.products, *blanks], 1)]
    document.table(head, rows, widths=(52, 52, 34, 32), height=15)
    document.paragraph("heading 2", _("Supporting documents"))
    document.paragraph(
        "Guidance", _("Such as statements of work, plans, reports and acceptance mails. Add each to the claim as well.")
    )
    head = (_("Document"), _("What it shows"), _("Date"))
    rows = [_document_row(number) for number in range(1, DOCUMENT_ROWS + 1)]
    document.table(head, rows, widths=(58, 72, 40), height=9)


def _work_row(number: int, product: Named) -> Row:
    return (
        _or(product.name, Blank(f"work_{number}_product", _("Product"), _("Name of the product"))),
        Blank(f"work_{number}_done", _("What the partner did"), _("Describe the work")),
        Blank(f"work_{number}_dates", _("From and to"), _("First and last day")),
        Blank(f"work_{number}_result", _("Result"), _("Before and after")),
    )


def _document_row(number: int) -> Row:
    return (
        Blank(f"document_{number}", _("Document"), _("Name of the file")),
        Blank(f"document_{number}_shows", _("What it shows"), _("What reviewers find in it")),
        Blank(f"document_{number}_date", _("Date"), _("Day, month and year"), is_date=True),
    )


def _products(document: Document, filled: Filled) -> None:
    document.paragraph("heading 1", "4. " + _("Products and workloads by activity"))
    document.paragraph(
        "Guidance",
        _(
            "A tick says that the work was of this kind for this product. Reviewers refuse a product that is claimed"
            " and not ticked or not named."
        ),
    )
    offered = OFFERED.get(filled.solution_area, OFFERED[SolutionArea.BUSINESS_APPLICATIONS])
    whole_tenant = filled.solution_area == SolutionArea.MICROSOFT_365 and not any(p[1] for p in filled.products)
    ticks = [TICKS[activity] for activity in offered]
    widths = [52, 118] if whole_tenant else [170 - 56 - sum(ticks), 56, *ticks]
    head = [_("Product or workload")] if whole_tenant else [_("Product or workload"), _("Subscription ID")]
    rows = []
    for number, product in enumerate(filled.products or (Named(""), Named("")), 1):
        boxes = [_box(number, activity, bool(product.name) and activity == filled.activity) for activity in offered]
        rows.append([*_identity(number, product)[: len(head)], *boxes])
    head += [str(activity.label) for activity in offered]
    document.table(head, rows, widths=widths, styles=("Table Text", "Table Detail"))


def _identity(number: int, product: Named) -> Row:
    """What a product is: its name and its subscription ID."""
    name, subscription = product
    return (
        _or(name, Blank(f"product_{number}", _("Product or workload"), _("Name of the product"))),
        _or(subscription, Blank(f"subscription_{number}", _("Subscription ID"), _("Only if there are several"))),
    )


def _box(number: int, activity: Activity, ticked: bool) -> Tick:
    return Tick(f"product_{number}_{activity.value}", str(activity.label), ticked)


# --- Pieces -----------------------------------------------------------------------------------------------------------


def _fact(tag: str, label: str, value: str) -> Row:
    """A row of what the claim states, or the line to fill it in."""
    return label, _or(value, Blank(tag, label, _("To be filled in")))


def _or(value: str, blank: Blank) -> Piece:
    """What is known, or else the line to fill it in; marks that nobody can see are no answer."""
    return value if any(char.isprintable() and not char.isspace() for char in plain(value)) else blank


def _blank(tag: str, label: str, prompt: str, *, is_date: bool = False) -> Row:
    return label, Blank(tag, label, prompt, is_date)


def _bullets(document: Document, *sentences: str) -> None:
    for sentence in sentences:
        document.paragraph("List Bullet", sentence)


def _listed(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _person(contact: Contact) -> str:
    return _listed(contact.name, contact.title, contact.email)


def _label(words: Callable[[str], SolutionArea | Activity], code: str) -> str:
    """A code in the reader's words; what is none of ours is said by nobody."""
    try:
        return str(words(code).label)
    except ValueError:
        return ""
