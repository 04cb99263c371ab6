"""The log speaks of companies, MPN IDs, programmes and people by their names, finds them by those, and cuts nothing."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from claims.models import SupportRequest
from cpor import demo
from events.log import Draft, record
from events.models import Event
from partners.models import Conflict, Enrollment, Invitation, MpnId, Partner, Program, User
from tests.arbitration.audit_page import ADMIN, AUDITOR, audit, expected, places
from tests.arbitration.test_leavers import conflict
from tests.claims.given import read
from tests.partners.desk import Desk
from tests.partners.teams import INES, JONAS, LENA, NADIA, TOMAS, USER, change, invite
from tests.world import NOW, World


def happens(subject: str, kind: str = "company.changed", **data: Any) -> Event:
    """Something that is recorded of a subject."""
    with transaction.atomic():
        (event,) = record([Draft(subject, kind, data)], actor_id=None, now=NOW)
    return event


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


def lyon() -> MpnId:
    return MpnId.objects.get(number=demo.LYON)


def programme() -> Program:
    return Program.objects.get(code="osu-ba")


def asked_support(world: World) -> SupportRequest:
    return SupportRequest.objects.create(number="SR-ABCD-EFGH", asker=world.person(JONAS), key="k", at=NOW)


def subjects(world: World) -> dict[str, str]:
    """A chain of each kind that is not of claims, with what it is called."""
    enrollment = Enrollment.objects.select_related("mpn_id").filter(mpn_id=lyon()).first()
    assert enrollment is not None
    return {
        halden().subject: demo.HALDEN,
        lyon().subject: f"MPN ID {lyon()}",
        programme().subject: "Usage in Business applications",
        enrollment.subject: f"{demo.LYON} · {enrollment.program.name}",
        f"support:{asked_support(world).pk}": "SR-ABCD-EFGH",
        world.person(NADIA).subject: "Nadia Okafor",
        "operator": "The operator",
        "calendar": "The calendar",
        "policy": "The policy",
        "sign-in": "Sign-in of nobody known",
    }


def test_what_an_event_is_about_stands_there_by_its_name(world: World) -> None:
    called = subjects(world)
    for subject in called:
        happens(subject)
    rows = audit(world).context["rows"]
    assert {row["subject"]: row["about"].words for row in rows} == called
    page = audit(world).content.decode()
    for path in (f"/operator/companies/{halden().pk}/", "/operator/people/"):
        assert path in page


def test_names_cost_the_same_however_many_there_are(world: World) -> None:
    browser = world.web(AUDITOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/operator/audit/").status_code == 200
        return len(asked)

    for subject in subjects(world):
        happens(subject)
    queries()
    few = queries()
    for row in (*MpnId.objects.all(), *Partner.objects.all(), *Program.objects.all(), *Enrollment.objects.all()[:9]):
        happens(row.subject)
    assert queries() == few


def of(*subjects: str) -> dict[str, Any]:
    return {"subject__in": subjects}


def test_each_is_found_by_its_name_and_by_its_number(world: World) -> None:
    for subject in subjects(world):
        happens(subject)
    happens("company:5000000")
    enrollments = [row.subject for row in Enrollment.objects.filter(mpn_id=lyon())]
    company = [halden().subject, lyon().subject, *enrollments]
    for typed, wanted in (
        (demo.HALDEN, company),
        ("halden cloud", company),
        (demo.LYON, [lyon().subject, *enrollments]),
        (f"MPN ID {demo.LYON}", [lyon().subject, *enrollments]),
        (f"mpn id {lyon()}", [lyon().subject, *enrollments]),
        (f"mpn_id:{lyon().pk}", [lyon().subject]),
        ("osu-ba", [programme().subject]),
        ("Usage in Business", [programme().subject]),
        ("SR-ABCD-EFGH", [f"support:{SupportRequest.objects.get().pk}"]),
        ("sr abcd efgh", [f"support:{SupportRequest.objects.get().pk}"]),
        (f"request to support {SupportRequest.objects.get().pk}", [f"support:{SupportRequest.objects.get().pk}"]),
        ("Nadia Okafor", [world.person(NADIA).subject]),
        (world.person(NADIA).email, [world.person(NADIA).subject]),
        (f"person {world.person(NADIA).pk}", [world.person(NADIA).subject]),
        ("company 5000000", ["company:5000000"]),
        ("operator", ["operator"]),
        ("Calendar", ["calendar"]),
        ("policy", ["policy"]),
        ("sign-in", ["sign-in"]),
    ):
        found = expected(**of(*wanted))
        assert places(audit(world, about=typed)) == found != [], typed


def test_what_the_page_prints_is_found_by_typing_it(world: World) -> None:
    for subject in subjects(world):
        happens(subject)
    for row in audit(world).context["rows"]:
        found = audit(world, about=row["about"].words)
        assert (found.status_code, row["subject"] in found.content.decode()) == (200, True), row["about"].words


# What an event holds


def held(world: World, event: Event) -> dict[str, str]:
    """What the event's page says in words of each thing it holds."""
    answer = world.web(AUDITOR).get(f"/operator/audit/events/{event.pk}/")
    assert "{" not in "".join(item["value"] + item["words"] for item in answer.context["row"]["data"])
    return {item["key"]: item["words"] for item in answer.context["row"]["data"]}


def test_roles_that_an_event_holds_are_said_in_words(world: World) -> None:
    change(world, TOMAS, world.person(INES), "global_admin:", f"billing_admin:{demo.LYON}")
    event = Event.objects.get(subject=halden().subject, kind="team.roles_changed")
    assert held(world, event) == {
        "person": "Ines Moreau",
        "grants": f"Billing admin: {lyon()}; Global admin: all MPN IDs",
    }


def test_an_invitation_that_an_event_holds_is_said_by_its_address(world: World) -> None:
    invite(world, TOMAS, LENA, USER)
    event = Event.objects.get(kind="invitation.sent")
    assert held(world, event) == {"invitation": LENA, "grants": "Incentives user: all MPN IDs"}
    Invitation.objects.all().delete()
    assert held(world, event)["invitation"] == ""


def test_companies_people_and_roles_of_the_operator_are_said_by_name(world: World) -> None:
    conflict(world, NADIA)
    assert held(world, Event.objects.get(kind="conflict.declared"))["partner"] == demo.HALDEN
    event = happens("operator", "operator.appointed", person=world.person(NADIA).pk, roles=["admin", "lead"])
    assert held(world, event) == {"person": "Nadia Okafor", "roles": "Admin, Lead"}
    removed = happens(world.person(JONAS).subject, "person.removed", company=halden().pk, tokens=0)
    assert held(world, removed)["company"] == demo.HALDEN


def test_the_file_names_them_too(world: World) -> None:
    Desk(world).reach("invited")
    answer = world.web(ADMIN).post("/operator/audit/export/", {"kind": "enrollment.invited"})
    text = b"".join(answer.streaming_content).decode()
    assert f"{demo.UTRECHT} · Usage in Business applications" in text


# Nothing is cut unsaid


def many_people() -> None:
    User.objects.bulk_create(User(email=f"kim{n}@halden.example", name=f"Kim Vermeer {n:02}") for n in range(51))


@pytest.mark.parametrize("field", ["actor", "about"])
def test_more_than_fifty_people_of_a_name_are_refused_and_not_cut(world: World, field: str) -> None:
    many_people()
    person = User.objects.get(name="Kim Vermeer 50")
    happens(person.subject, "person.signed_in")
    answer = audit(world, **{field: "Kim Vermeer"})
    assert answer.status_code == 422
    words = "More than 50 people are called this." if field == "actor" else "More than 50 are called this."
    assert words in answer.content.decode()
    assert places(answer) == []
    back = world.web(AUDITOR).post("/operator/audit/export/", {field: "Kim Vermeer"})
    assert (back.status_code, back["Location"].partition("?")[0]) == (302, "/operator/audit/")
    User.objects.get(name="Kim Vermeer 00").delete()
    assert audit(world, **{field: "Kim Vermeer"}).status_code == 200


def test_a_company_with_many_mpn_ids_is_one_company(world: World) -> None:
    MpnId.objects.bulk_create(
        MpnId(number=f"70000{n:02}", partner=halden(), kind="location", country="NL") for n in range(60)
    )
    happens(MpnId.objects.get(number="7000059").subject)
    assert len(places(audit(world, about=demo.HALDEN))) == 1


def test_words_of_one_kind_head_what_happens_to_it_and_are_no_subject(world: World) -> None:
    Conflict.objects.all().delete()
    happens("team:1")
    assert audit(world).context["rows"][0]["about"].words == "team:1"
    page = read(world.web(AUDITOR), "/operator/audit/")
    assert '<optgroup label="Team">' in page
