"""How the demo's people file and review: through the product's own verbs, on days that are past."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from claims import actions
from claims.actions.checks import Checked
from claims.actions.coverage import Mark
from claims.actions.evidence import admitted
from claims.actions.inspections import inspect_due
from claims.business_days import deadline
from claims.calendars import operator_calendar, today_of
from claims.intake import read
from claims.models import Claim
from claims.requirements import MARKED, Requirement
from claims.states import Way
from claims.uploads import Upload
from cpor import demo
from directory import lookup
from partners.models import User

DAY = timedelta(days=1)
Step = tuple[datetime, Callable[[datetime], None]]  # when something happens, and what
PAGES = (
    ("Statement of work", "{customer}", "Prepared by {partner}", "Tenant ID {tenant}"),
    ("What was done", "{product}", "was rolled out, and its users were trained,", "between {began} and {ended}."),
    ("Acknowledgement", "{customer} confirms the work above.", "Signed: {signature}"),
)
WORK: Mapping[str, dict[str, Any]] = {
    "alder": {
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "lines": [{"product": "dynamics-365-customer-service", "subscription_id": ""}],
    },
    "tamarind": {
        "tenant_id": demo.TAMARIND,
        "domain": "tamarind-health.example",
        "solution_area": "microsoft_365",
        "lines": [{"product": "microsoft-teams"}, {"product": "exchange-online"}],
    },
    "brightwater": {
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "lines": [
            {"product": "dynamics-365-field-service", "subscription_id": demo.subscription_id("alder-field-2")},
        ],
    },
    "contact centre": {
        "tenant_id": demo.TAMARIND,
        "domain": "tamarind-health.example",
        "lines": [{"product": "dynamics-365-customer-service", "subscription_id": ""}],
    },
    "intranet": {
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "solution_area": "microsoft_365",
        "lines": [{"product": "sharepoint-online"}],
    },
    "communities": {
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "solution_area": "microsoft_365",
        "lines": [{"product": "viva-engage"}],
    },
    "intune": {
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "solution_area": "microsoft_365",
        "lines": [{"product": "intune"}, {"product": "information-protection"}],
    },
}


# The page that shows each requirement.
PLACES: Mapping[Requirement, str] = dict(zip(MARKED, ("3", "2", "2", "2"), strict=True))


def started(now: datetime, left: int, length: int) -> datetime:
    """An instant at which a clock of `length` business days began whose last day is the `left`-th from today on.

    Counts business days only; `left` below nothing is a clock that has run out.
    """
    calendar = operator_calendar(now)
    began = now
    while True:
        last = deadline(began, length, calendar).days[-1].date
        days = deadline(began, length, calendar).days
        counted = sum(day.number is not None and day.date > today_of(now) for day in days)
        if (left > 0 and counted <= left) or (left <= 0 and last < today_of(now + left * DAY)):
            return began
        began -= DAY


def filed(at: datetime, who: str, mpn_id: str, name: str, work: str, random: Random, *, signed: bool = True) -> Claim:
    """A claim with its proof, which its customer has signed or not, marked and inspected, sent at this instant."""
    user = User.objects.get(email__startswith=f"{who}@")
    domain = WORK[work]["domain"]
    contact = {"name": "Maud Fenn", "title": "Head of IT", "email": f"maud.fenn@{domain}"}
    said = {
        "name": name,
        "mpn_id": mpn_id,
        "solution_area": "business_applications",
        "activity": "usage",
        "customer_contact": contact,
        "technical_contact": contact,
        "partner_contact": {"name": str(user), "email": user.email},
        **WORK[work],
    }
    claim = actions.create_draft(content=read(said).content, actor=user, now=at, random=random)
    _prove(claim, user, at, random, signed=signed)
    claim = again(claim)
    return actions.submit_claim(claim=claim, actor=user, now=at)


def again(claim: Claim) -> Claim:
    """The claim as it stands now."""
    return Claim.objects.with_lines().select_related("partner", "policy", "created_by").get(pk=claim.pk)


def _prove(claim: Claim, user: User, at: datetime, random: Random, *, signed: bool) -> None:
    """A statement of three pages, drawn here, which goes in by the door and is inspected like any other."""
    names = {product.code: product.name for product in lookup.products()}
    customers = {tenant_id: name for name, _domain, tenant_id, _hint in demo.CUSTOMERS}
    words = {
        "customer": customers[claim.tenant_id],
        "partner": claim.partner.name,
        "tenant": claim.tenant_id,
        "product": ", ".join(names[line.product] for line in claim.lines.all()),
        "began": (at - 120 * DAY).strftime("%d %B %Y"),
        "ended": (at - 10 * DAY).strftime("%d %B %Y"),
        "signature": f"Maud Fenn, Head of IT, {(at - 10 * DAY).strftime('%d %B %Y')}" if signed else "",
    }
    with tempfile.TemporaryDirectory(prefix="cpor-demo-") as folder:
        path = Path(folder) / "statement.pdf"
        draw_statement(path, words)
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        upload = Upload("Signed statement of work.pdf", path, len(content), digest, content[:1024])
        with admitted(upload, claim=claim, random=random) as file:
            evidence = actions.add_evidence(claim=claim, file=file, actor=user, now=at)
    inspect_due(now=at)
    marks = [
        Mark(line.pk, str(requirement), evidence.key, PLACES[requirement])
        for line in claim.lines.all()
        for requirement in MARKED
    ]
    actions.mark(claim=claim, marks=marks, actor=user, now=at)


def draw_statement(path: Path, words: Mapping[str, str]) -> None:
    """A statement of work on three pages of A4, as a PDF; `words` by the names that `PAGES` gives them."""
    drawn = []
    for heading, *lines in PAGES:
        page = Image.new("RGB", (1240, 1754), "white")
        pen = ImageDraw.Draw(page)
        pen.text((120, 140), heading, fill="black", font=ImageFont.load_default(64))
        for number, line in enumerate(lines):
            pen.text((120, 320 + 70 * number), line.format(**words), fill="black", font=ImageFont.load_default(34))
        drawn.append(page)
    drawn[0].save(path, "PDF", resolution=150, save_all=True, append_images=drawn[1:])


def person(name: str) -> User:
    """Somebody of the demo, by the part of their address before the @."""
    return User.objects.get(email__startswith=f"{name}@")


def reviewed(claim: Claim, who: str, at: datetime, *, unmet: str = "") -> None:
    """The reviewer takes the claim and checks every line: all is met where it was marked, but for what is named."""
    actions.take_claim(claim=again(claim), actor=person(who), now=at)
    proof = claim.evidence.get()
    key = proof.key
    actions.read_evidence(evidence=proof, way=Way.DOWNLOAD, actor=person(who), now=at).close()
    for line in claim.lines.all():
        checks = [
            Checked(str(one), one != unmet, () if one == unmet else ((key, PLACES.get(one, "1")),))
            for one in Requirement
        ]
        actions.check_line(claim=again(claim), line_id=line.pk, checks=checks, actor=person(who), now=at)
