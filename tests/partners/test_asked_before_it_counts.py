"""Roles, enrolments, exports and erasures are done by who has just shown who they are; a look at them asks nobody."""

from datetime import timedelta

import pytest
import time_machine

from claims.models import Policy
from cpor import demo
from partners.models import Enrollment, Partner
from tests.claims.given import everything
from tests.claims.test_take import NADIA
from tests.partners.signing_in import with_password
from tests.world import NOW, World

GLOBAL_ADMIN, ADMIN = "tomas.reyes", "elena.ruiz"
POSTED = [
    (GLOBAL_ADMIN, "/team/invite/"),
    (GLOBAL_ADMIN, "/team/{jonas}/"),
    (GLOBAL_ADMIN, "/team/{jonas}/remove/"),
    (GLOBAL_ADMIN, "/enrolment/{lyon}/osa-sell/"),
    (ADMIN, "/operator/people/invite/"),
    (ADMIN, "/operator/people/{nadia}/"),
    (ADMIN, "/operator/people/{nadia}/dismiss/"),
    (ADMIN, "/operator/people/{nadia}/conflicts/"),
    (ADMIN, "/operator/companies/{company}/invite/"),
    (ADMIN, "/operator/enrolments/{enrollment}/end/"),
    (ADMIN, "/operator/enrolments/{enrollment}/suspend/"),
    (ADMIN, "/operator/enrolments/{enrollment}/resume/"),
    (ADMIN, "/operator/programmes/new/"),
    (ADMIN, "/operator/programmes/osu-ba/"),
    (ADMIN, "/operator/programmes/osu-ba/renewal/2027/"),
    (ADMIN, "/operator/calendar/confirm/"),
    (ADMIN, "/operator/policy/confirm/"),
    (ADMIN, "/operator/policy/{policy}/remove/"),
    (ADMIN, "/operator/audit/export/"),
    (ADMIN, "/operator/audit/erase/"),
]


@pytest.mark.parametrize(("name", "path"), POSTED, ids=[path for _name, path in POSTED])
def test_ten_minutes_after_signing_in_a_post_asks_first_and_does_nothing(world: World, name: str, path: str) -> None:
    found = {"jonas": world.person("jonas.weber").pk, "nadia": world.person(NADIA).pk}
    enrolled = Enrollment.objects.order_by("pk").values_list("pk", flat=True)[0]
    found["company"] = Partner.objects.get(name=demo.HALDEN).pk
    policy = Policy.objects.order_by("pk").values_list("pk", flat=True)[0]
    address = path.format(**found, lyon=demo.LYON, enrollment=enrolled, policy=policy)
    with_password(world.person(name))
    browser, before = world.web(name), everything()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        answer = browser.post(address, {"email": "x@y.example"})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
    assert everything() == before


@pytest.mark.parametrize(("name", "path"), [(GLOBAL_ADMIN, "/team/invite/"), (ADMIN, "/operator/audit/erase/")])
def test_a_page_is_shown_without_asking(world: World, name: str, path: str) -> None:
    browser = world.web(name)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert browser.get(path).status_code == 200
