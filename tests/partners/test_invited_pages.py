"""The lists of who is invited are bounded: page by page, and without those whose time was over long ago."""

from datetime import timedelta

import pytest

from cpor import demo
from partners.models import Invitation, Partner
from tests.partners.teams import ELENA, TOMAS
from tests.world import NOW, World

DAY = timedelta(days=1)


def waiting(world: World, partner: Partner | None, number: int, *, over: timedelta = -DAY) -> None:
    """Invitations that were sent one after the other, whose time is over since `over`."""
    Invitation.objects.bulk_create(
        Invitation(
            email=f"guest{n:03}@{over.days}.example",
            partner=partner,
            roles=[{"role": "incentives_user" if partner else "reviewer", "mpn_ids": None}],
            language="en",
            digest=f"{partner}{over.days}{n}",
            invited_by=world.person(TOMAS if partner else ELENA),
            invited_at=NOW - over - 7 * DAY - timedelta(minutes=n),
            expires_at=NOW - over,
        )
        for n in range(number)
    )


@pytest.mark.parametrize("page", ["/team/", "/operator/people/", "/operator/companies/{}/"])
def test_who_is_invited_is_listed_page_by_page_while_it_is_of_note(world: World, page: str) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    side = None if "people" in page else halden
    waiting(world, side, 120)
    waiting(world, side, 3, over=29 * DAY)
    waiting(world, side, 3, over=31 * DAY)
    browser, found, path = world.web(TOMAS if page == "/team/" else ELENA), [], page.format(halden.pk)
    query = ""
    for _page in range(3):
        context = browser.get(f"{path}{query}").context
        found += [row["invitation"].email for row in context["invitations"]]
        query = context["older_url"]
    assert query == ""
    assert found == [*(f"guest{n:03}@-1.example" for n in range(120)), *(f"guest{n:03}@29.example" for n in range(3))]
