"""Who may have a claim's proof template, in which language, and what it costs the directory."""

from io import BytesIO

import docx
import pytest
from django.test import Client

from claims.models import Association, Lookup, Policy
from claims.states import LineState
from cpor import demo
from tests.claims.given import draft, everything, of_brightwater, sent, stored
from tests.claims.test_poe_template import NOWHERE, WORD, address, company_of, facts, said, tables
from tests.world import NOW, World, claim_of

# --- Who may have it --------------------------------------------------------------------------------------------------


def test_a_draft_is_downloaded_filled_by_everybody_of_its_company(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False)
    for colleague in ("jonas.weber", "ines.moreau", "ruth.adeyemi", "tomas.reyes"):
        response = world.web(colleague).get(address(reference))
        assert response.status_code == 200

    assert facts(response.content) == [
        ("Company", demo.HALDEN),
        ("MPN ID", f"{demo.ROTTERDAM}, Rotterdam"),
        ("Contact", "Jonas Weber, jonas.weber@haldencloud.example"),
        ("Company", "Alder Freight Lines"),
        ("Domain", "alderfreight.example"),
        ("Tenant ID", demo.ALDER),
        ("Contact", "Maud Fenn, Head of IT, maud.fenn@alderfreight.example"),
        ("Technical contact", "Maud Fenn, Head of IT, maud.fenn@alderfreight.example"),
        ("Project", "Sales roll-out"),
        ("Area and activity", "Business applications, Usage"),
    ]
    # Which subscription it will turn out to be is for the partner to say, or to learn with the approval.
    assert tables(response.content)[-1][1] == ["Dynamics 365 Sales", "Only if there are several", "☐", "☒", "☐"]
    assert demo.subscription_id("alder-sales") not in str(tables(response.content))


def test_it_comes_as_a_download_that_nothing_may_show_run_or_keep(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False)
    browser = world.web("jonas.weber")
    response = browser.get(address(reference))

    assert {name: response[name] for name in response.headers if name in EXPECTED} == {
        **EXPECTED,
        "Content-Disposition": f'attachment; filename="Proof of execution {reference}.docx"',
    }
    head = browser.head(address(reference))
    assert (head.status_code, head.content) == (200, b"")
    assert browser.post(address(reference)).status_code == 405


EXPECTED = {
    "Content-Type": WORD,
    "Content-Disposition": "",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}


@pytest.mark.parametrize(
    ("reader", "query", "tag"),
    [
        ("miguel.sa", "", "en-GB"),
        ("miguel.sa", "?language=es", "es-ES"),
        ("catarina.lopes", "", "es-ES"),
        ("catarina.lopes", "?language=en", "en-GB"),
        ("catarina.lopes", "?language=fr", "es-ES"),
        ("miguel.sa", "?language=../es", "en-GB"),
        ("miguel.sa", "?language=", "en-GB"),
    ],
)
def test_it_is_in_the_language_asked_for_or_else_the_readers(world: World, reader: str, query: str, tag: str) -> None:
    reference = draft(world, "miguel.sa", proof=False, **of_brightwater())
    response = world.web(reader).get(address(reference, query))

    assert docx.Document(BytesIO(response.content)).core_properties.language == tag
    assert response["Content-Language"] == world.person(reader).language


def test_in_spanish_its_name_is_spanish(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False)
    response = world.web("jonas.weber").get(address(reference, "?language=es"))

    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''Prueba%20de%20ejecuci%C3%B3n%20{reference}.docx"
    )


def test_another_companys_template_and_none_at_all_are_one_answer(world: World) -> None:
    begun, gone = draft(world, "jonas.weber", proof=False), sent(world, "jonas.weber")
    company, operator, nobody = world.web("miguel.sa"), world.web("nadia.okafor"), Client()
    before, asked = everything(), Lookup.objects.count()
    for stranger, reference in ((company, begun), (company, gone), (operator, begun), (nobody, begun), (nobody, gone)):
        theirs, nothing = stranger.get(address(reference)), stranger.get(address(NOWHERE))
        assert theirs.status_code == 404
        assert theirs.content.replace(reference.encode(), b"") == nothing.content.replace(NOWHERE.encode(), b"")
        assert dict(theirs.headers) == dict(nothing.headers)
    assert everything() == before
    assert Lookup.objects.count() == asked


def test_the_operators_people_have_the_template_of_what_was_sent(world: World) -> None:
    reference = sent(world, "jonas.weber")
    for name in ("nadia.okafor", "hugo.brandt"):
        response = world.web(name).get(address(reference, "?language=en"))
        assert facts(response.content)[1] == ("MPN ID", f"{demo.ROTTERDAM}, Rotterdam")
        assert company_of(response.content) == "Alder Freight Lines"


def test_a_subscription_found_by_the_directory_is_shown_once_its_line_is_approved(world: World) -> None:
    reference = sent(world, "jonas.weber")
    browser, line = world.web("jonas.weber"), stored(reference).lines.get()
    assert tables(browser.get(address(reference)).content)[-1][1][1] == "Only if there are several"

    line.association = Association.objects.create(unit=line.unit, partner=line.partner, since=NOW)
    line.state = LineState.APPROVED
    line.save()

    assert tables(browser.get(address(reference)).content)[-1][1][1] == demo.subscription_id("alder-sales")


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_a_drafts_customer_is_asked_for_once_an_hour_as_its_checks_do(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False)
    browser = world.web("jonas.weber")
    assert [company_of(browser.get(address(reference)).content) for _ in range(3)] == ["Alder Freight Lines"] * 3
    assert Lookup.objects.count() == 1


def test_past_the_limit_the_customers_name_is_left_to_fill_in(world: World) -> None:
    known = draft(world, "jonas.weber", proof=False)
    browser = world.web("jonas.weber")
    Policy.objects.update(new_customers_per_hour=1)
    assert company_of(browser.get(address(known)).content) == "Alder Freight Lines"
    tamarind = draft(world, "jonas.weber", proof=False, tenant_id=demo.TAMARIND, domain="tamarind-health.example")

    beyond = browser.get(address(tamarind))

    assert (beyond.status_code, company_of(beyond.content)) == (200, "To be filled in")
    assert "Tamarind Health Trust" not in str(tables(beyond.content))
    assert company_of(browser.get(address(known)).content) == "Alder Freight Lines"
    assert Lookup.objects.count() == 1


def test_a_domain_that_is_not_the_tenants_names_no_customer(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False, domain="tamarind-health.example")

    assert company_of(world.web("jonas.weber").get(address(reference)).content) == "To be filled in"


def test_an_unfinished_draft_has_a_template_too(world: World) -> None:
    empty = {name: "" for name, value in claim_of().items() if isinstance(value, str)}
    reference = draft(
        world, "jonas.weber", proof=False, **empty, lines=[], customer_contact=None, technical_contact=None
    )
    file = world.web("jonas.weber").get(address(reference)).content

    assert "None" not in said(docx.Document(BytesIO(file)).element.body)
    assert [value for _, value in facts(file)] == [
        demo.HALDEN,
        "To be filled in",
        "Jonas Weber, jonas.weber@haldencloud.example",
        *["To be filled in"] * 6,
    ]
    assert Lookup.objects.count() == 0
