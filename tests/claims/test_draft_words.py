"""What a draft says of what was typed, and what it makes of it."""

import html

import pytest

from cpor import demo
from tests.claims.given import (
    draft,
    read,
    stored,
)
from tests.world import World


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "none",
            "A subscription ID is a GUID: 32 digits and letters from a to f, in five groups with hyphens between.",
        ),
        (demo.ALDER[:-2], "A subscription ID has 32 digits and letters from a to f; this one has 30."),
        (demo.ALDER, "This GUID is the ID of something else, such as a product or the customer's tenant."),
        ("1e1a282c-9c54-43a2-9310-98ef728faace", "This GUID is the ID of something else, such as a product"),
    ],
)
def test_what_is_no_subscription_id_is_told_from_a_guid_of_something_else(world: World, typed: str, said: str) -> None:
    line = {"product": "dynamics-365-sales", "subscription_id": typed}
    reference = draft(world, "jonas.weber", lines=[line])
    page = html.unescape(read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/"))
    assert "this is not a subscription ID" in page
    assert said in page
    assert ("A subscription ID is a GUID" in page) == (typed == "none")
    assert "What you entered is none" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (demo.ALDER[:-1], "A tenant ID has 32 digits and letters from a to f; this one has 31."),
        (demo.ALDER + "0", "A tenant ID has 32 digits and letters from a to f; this one has 33."),
        (demo.ALDER.replace("-", ""), "All 32 digits and letters are there, but not as 8, 4, 4, 4 and 12 with hyphens"),
        ("o" + demo.ALDER[1:], "A tenant ID is a GUID: 32 digits and letters from a to f, in five groups"),
    ],
)
def test_what_is_no_tenant_id_is_told_what_it_lacks(world: World, typed: str, said: str) -> None:
    reference = draft(world, "jonas.weber", tenant_id=typed)
    assert said in html.unescape(read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/"))


def test_a_technical_contact_of_neither_company_is_a_warning_with_words_of_its_own(world: World) -> None:
    contact = {"name": "Owen Tarr", "title": "Administrator", "email": "owen.tarr@alderfrieght.example"}
    reference = draft(world, "jonas.weber", technical_contact=contact)
    page = html.unescape(read(world.web("jonas.weber"), f"/claims/{reference}/edit/work/"))
    assert "The address is neither at a domain of this tenant nor at your company's." in page
    assert "The letter about your claim will go there" not in page


def test_an_address_that_was_pasted_is_kept_as_the_domain_in_it(world: World) -> None:
    browser = world.web("jonas.weber")
    reference = draft(world, "jonas.weber", domain="https://www.alderfreight.example/")
    assert stored(reference).domain == "alderfreight.example"
    assert 'value="alderfreight.example"' in read(browser, f"/claims/{reference}/edit/customer/")
    assert stored(draft(world, "jonas.weber", domain="maud@alderfreight.example")).domain.startswith("maud@")
