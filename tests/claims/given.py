"""What the tests of a claim's verbs share: claims in the states they start from, and all that the database holds."""

import json
import re
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any

from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from claims.actions import create_draft, submit_claim
from claims.forms import FIELDS, Step, field_of
from claims.intake import read as read_content
from claims.models import Association, Case, Claim, Comment, Coverage, Evidence, Unit
from claims.requirements import MARKED
from claims.states import Scan
from cpor import demo
from events.models import Event, Notification, Outbox
from events.outbox import deliver_due
from partners.imports.writing import import_partners
from partners.models import Partner
from tests.world import NOW, World, claim_of

# The count of look-ups, the sign-ins of browsers and what reports read out of the log are no part of what a verb may or
# may not write.
ASIDE = {"claims_lookup", "django_session", "partners_apitoken"}
ASIDE |= {"arbitration_fact", "arbitration_tally", "arbitration_reckoning"}

BOTH = [demo.BRIGHTWATER, demo.HALDEN]
SALES, SERVICE = {"product": "dynamics-365-sales"}, {"product": "dynamics-365-customer-service"}


def everything(*, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table, by table, as the database writes it: for comparing only."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    names = sorted(set(models) - ASIDE - set(but))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # in one statement, as tests ask for it by the thousands
            rows = "ARRAY(SELECT t::text FROM {1} t ORDER BY t.{0})"
            cursor.execute("SELECT " + ", ".join(rows.format(models[name]._meta.pk.column, name) for name in names))
            return dict(zip(names, cursor.fetchone(), strict=True))
        select = "SELECT * FROM {1} ORDER BY {0}"
        return {name: cursor.execute(select.format(models[name]._meta.pk.column, name)).fetchall() for name in names}


def draft(world: World, who: str, *, proof: bool = True, **changes: Any) -> str:
    """The reference of a draft begun by this person, with proof of each line.

    By the verb that the doors call: how a draft is begun through each of them is proved by tests of their own.
    """
    world.api(who)  # a program of theirs may come next, from several threads at once
    intake = read_content(claim_of(**changes))
    assert not intake.malformed, intake.malformed
    claim = create_draft(content=intake.content, actor=world.person(who), now=timezone.now(), random=SystemRandom())
    return proven(claim.reference) if proof else claim.reference


def deleted(browser: Client, reference: str) -> Any:
    """The answer to who deletes a draft as it stands now."""
    return browser.post(f"/claims/{reference}/delete/", {"version": stored(reference).version})


def proven(reference: str) -> str:
    """Gives a claim one clean document that is marked for all that its lines need; returns the reference."""
    prove(stored(reference), NOW)
    return reference


def prove(claim: Claim, at: datetime) -> Evidence:
    """Gives a claim one clean document, added then, that is marked for all that its lines need."""
    position = claim.evidence.count()
    key = f"{claim.pk:016x}{position:016x}"
    evidence = Evidence.objects.create(
        claim=claim,
        position=position,
        key=key,
        name="Signed statement of work.pdf",
        sha256="0" * 64,
        size=1000,
        media_type="application/pdf",
        stored=f"{claim.partner_id}/{'0' * 64}/{key}",
        pages=4,
        scan=Scan.CLEAN,
        added_by_id=claim.created_by_id,
        added_at=at,
        inspected_at=at,
    )
    Coverage.objects.bulk_create(
        Coverage(line=line, evidence=evidence, requirement=requirement, pages="1")
        for line in claim.lines.all()
        for requirement in MARKED
    )
    return evidence


def sent(world: World, who: str, **changes: Any) -> str:
    """The reference of a claim sent by this person."""
    reference = draft(world, who, **changes)
    claim = Claim.objects.select_related("partner", "created_by").with_lines().get(reference=reference)
    submit_claim(claim=claim, actor=world.person(who), now=timezone.now())
    return reference


def of_brightwater(**changes: Any) -> dict[str, Any]:
    """What differs in `claim_of` where Brightwater claims."""
    contact = {"name": "Miguel Sá", "email": "miguel.sa@brightwater.example"}
    return {"mpn_id": demo.LISBON, "partner_contact": contact, **changes}


def third(world: World) -> dict[str, Any]:
    """A third company, Calder; its changes to `claim_of`. Its person is `third`."""
    enrolled = [{"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2027-12-31"}]
    mpn = {"mpnId": "8400010", "kind": "location", "name": "Oslo", "country": "NO", "partnerTypes": []}
    people = [{"email": "third@calder.example", "roles": ["global_admin"]}]
    company = {"name": "Calder", "mpnIds": [{**mpn, "enrollments": enrolled}], "users": people}
    import_partners(json.dumps({"partners": [company], "reviewers": []}).encode(), now=NOW)
    return {"mpn_id": "8400010", "partner_contact": {"name": "T", "email": "third@calder.example"}}


def held(subscription: str, tenant: str, partner: str) -> Association:
    """A partner holds a subscription since October."""
    unit, _ = Unit.objects.get_or_create(tenant=tenant, workload="", subscription=demo.subscription_id(subscription))
    since = datetime(2026, 10, 1, tzinfo=UTC)
    return Association.objects.create(unit=unit, partner=Partner.objects.get(name=partner), since=since)


def stored(reference: str) -> Claim:
    """The claim as it stands now."""
    return Claim.objects.get(reference=reference)


def form_of(content: dict[str, Any], **more: str) -> dict[str, str]:
    """A claim as JSON, as the page's form posts it; `more` adds controls."""
    form = {
        name: content[name] for name in ("name", "mpn_id", "tenant_id", "domain", "solution_seller", "isv_solution")
    }
    form["work"] = f"{content['solution_area']}/{content['activity']}"
    for contact in ("customer_contact", "technical_contact", "partner_contact"):
        form |= {f"{contact}-{part}": value for part, value in content[contact].items()}
    for index, line in enumerate(content["lines"]):
        form |= {f"lines-{index}-{part}": value for part, value in line.items()}
    return {**form, **more}


def step_of(content: dict[str, Any], step: Step, **more: str) -> dict[str, str]:
    """A claim as JSON, as the page of one step posts it."""
    controls = {name: value for name, value in form_of(content).items() if field_of(name) in FIELDS[step]}
    return {**controls, "step": step.value, **more}


def version_on(page: Any) -> str:
    """The version that a page carries: the form of a claim that was sent, the last step of a draft."""
    return hidden("version", page)


def seen_on(page: Any) -> str:
    """The fingerprint that the page of a step carries."""
    return hidden("seen", page)


def hidden(name: str, page: Any) -> str:
    """The value of a hidden control."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def events_of(subject: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and data of what happened to a subject, oldest first."""
    return list(Event.objects.filter(subject=subject).order_by("seq").values_list("kind", "data"))


def told() -> list[tuple[str, str]]:
    """Who has a notice of which kind, sorted; people by the part of their address before the @."""
    rows = Notification.objects.values_list("recipient__email", "kind")
    return sorted((email.partition("@")[0], kind) for email, kind in rows)


def notices_on(reference: str) -> list[str]:
    """What the system itself has written on a claim."""
    return list(Comment.objects.filter(claim__reference=reference, author=None).values_list("notice", flat=True))


def parties() -> list[tuple[str, list[str]]]:
    """Each case's state with the names of its parties, in the order of opening."""
    return [
        (case.state, sorted(party.partner.name for party in case.parties.all())) for case in Case.objects.order_by("pk")
    ]


def mails() -> list[tuple[str, str]]:
    """Sends what is due; recipient and subject of each mail, sorted."""
    deliver_due(now=NOW)
    assert not Outbox.objects.filter(sent_at=None).exists()
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def read(browser: Client, path: str) -> str:
    """A page's text, which must be there."""
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()
