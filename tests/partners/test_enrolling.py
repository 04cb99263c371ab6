"""The life of an enrolment, by the doors of its company and of the operator."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction

from cpor import demo
from events.log import faults
from events.models import Notification
from partners.actions import enrollments as verbs
from partners.models import MpnId
from partners.states import EnrollmentState
from tests.claims.given import stored
from tests.partners.desk import DAY, WORDS, YEAR_END, Desk, kept, programme
from tests.world import NOW, TODAY, World, claim_of

both_databases = pytest.mark.both_databases

OVER = ("ended", "declined", "expired", "withdrawn", "refused")
STATES: tuple[str | None, ...] = (None, "invited", "accepted", "validating", "active", "suspended", *OVER)

# What each verb does, written out a second time: from where, and to where.
VERBS: dict[str, tuple[tuple[str | None, ...], str]] = {
    "invite": ((None, *OVER), "invited"),
    "apply": ((None, *OVER), "validating"),
    "accept": (("invited",), "accepted"),
    "decline": (("invited", "accepted", "validating"), "declined"),
    "withdraw": (("invited",), "withdrawn"),
    "validate": (("accepted",), "validating"),
    "activate": (("accepted", "validating"), "active"),
    "refuse": (("accepted", "validating"), "refused"),
    "suspend": (("active",), "suspended"),
    "resume": (("suspended",), "active"),
    "end": (("active", "suspended"), "ended"),
    "renew": (("active",), "active"),
    "choose_renewal": (("active", "suspended"), ""),
}


@pytest.fixture
def desk(world: World) -> Desk:
    """Utrecht, in no programme yet."""
    return Desk(world)


@both_databases
@pytest.mark.parametrize("state", STATES)
def test_a_verb_leads_where_the_table_says_and_changes_nothing_elsewhere(desk: Desk, state: str | None) -> None:
    desk.reach(state)
    for verb, (sources, target) in VERBS.items():
        before = kept()
        with transaction.atomic():
            answer = desk.do(verb)
            if state in sources:
                assert (verb, answer.status_code) == (verb, 302)
                assert (verb, desk.state) == (verb, target or state)
                assert (verb, desk.counts()) == (verb, desk.state == "active")
            else:
                refused = {404, 409} if state is None else {409}
                assert (verb, answer.status_code in refused) == (verb, True), answer.status_code
                assert kept() == before
            transaction.set_rollback(True)
    assert list(faults()) == []


def test_every_state_is_reached() -> None:
    assert set(STATES[1:]) == set(EnrollmentState.values)


@both_databases
def test_from_invitation_to_its_end_each_step_has_its_day_and_its_hearers(desk: Desk) -> None:
    enrollers = ["ines.moreau", "tomas.reyes"]
    desk.invite()
    assert (desk.state, desk.row.until, desk.days) == ("invited", TODAY + 30 * DAY, [])
    assert desk.told == [(who, "enrollment_invited") for who in enrollers]
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        desk.company("accept", "ines.moreau")
    assert desk.told[0] == ("elena.ruiz", "enrollment_waiting")
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        desk.operator("validate")
        desk.activate(since=TODAY + 4 * DAY)
    assert desk.days == [(TODAY + 4 * DAY, YEAR_END)]
    assert not desk.counts(TODAY + 3 * DAY)
    assert desk.counts(TODAY + 4 * DAY)
    assert desk.counts(YEAR_END)
    assert not desk.counts(YEAR_END + DAY)
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        desk.operator("end", words=WORDS)
    assert desk.days == [(TODAY + 4 * DAY, TODAY + 8 * DAY)]
    row = desk.row
    moments = [row.invited_at, row.accepted_at, row.validating_at, row.active_at, row.closed_at]
    assert moments == [NOW, NOW + 2 * DAY, NOW + 3 * DAY, NOW + 3 * DAY, NOW + 9 * DAY]
    assert desk.events == ["invited", "accepted", "validating", "activated", "ended"]
    kinds = ("enrollment_active", "enrollment_ended", "enrollment_invited")
    assert desk.told == [("elena.ruiz", "enrollment_waiting"), *((who, kind) for who in enrollers for kind in kinds)]
    page = desk.world.web("hugo.brandt").get(desk.operator_page).content.decode()
    for shown in (WORDS, "21 Nov,", "22 Nov,", "28 Nov,", "Its company accepts"):
        assert shown in page


def test_an_invitation_says_what_it_pays_for_and_an_acceptance_what_is_to_be_looked_up(desk: Desk) -> None:
    desk.invite()
    page = desk.world.web("tomas.reyes").get(desk.page).content.decode()
    assert "<b>Business applications: Usage</b>" in page
    assert "Until then you can take your acceptance back." in page
    look = "its payout profile and its tax profile are both to be complete"
    browser = desk.world.web("elena.ruiz")
    for verb, shown in (("invited", False), ("accept", True)):
        if verb == "accept":
            desk.company(verb)
        text = browser.get(desk.operator_page, headers={"Accept-Language": "en"}).content.decode()
        assert (verb, look in text) == (verb, shown)


def test_the_preview_of_invitations_names_the_programme_and_the_last_day_on_its_button(desk: Desk) -> None:
    said = {"program": desk.code, "numbers": desk.number, "until": "2026-12-19", "do": "look"}
    page = desk.world.web("elena.ruiz").post("/operator/enrolments/invite/", said).content.decode()
    assert "Invite 1 MPN ID to Usage in Business applications, to accept by 19 Dec 2026" in page


def test_an_open_programme_is_entered_without_an_invitation(desk: Desk) -> None:
    page = desk.world.web("tomas.reyes").get(desk.page)
    assert b'value="apply"' in page.content
    assert desk.company("apply").status_code == 302
    assert (desk.state, desk.told) == ("validating", [("elena.ruiz", "enrollment_waiting")])


def test_a_programme_by_invitation_is_not(desk: Desk) -> None:
    programme(by_invitation=True)
    assert b'value="apply"' not in desk.world.web("tomas.reyes").get(desk.page).content
    answer = desk.company("apply")
    assert (answer.status_code, desk.row) == (422, None)
    assert b"One enrols in this programme by invitation. Ask the operator for one." in answer.content


def test_a_global_id_never_enrols(world: World) -> None:
    desk = Desk(world, demo.HALDEN_GLOBAL)
    assert (desk.company("apply").status_code, desk.invite().status_code, desk.row) == (422, 409, None)


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "ended", "refused"])
def test_what_is_over_can_begin_anew_and_shows_the_new_round_alone(desk: Desk, state: str) -> None:
    desk.reach(state)
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        assert desk.invite(until=TODAY + 20 * DAY).status_code == 302
    row = desk.row
    assert (row.state, row.invited_at, row.closed_at, row.active_at) == ("invited", NOW + 5 * DAY, None, None)
    assert (row.words, row.reminded, row.renews) == ("", None, True)


@both_databases
def test_an_invitation_is_over_after_its_last_day_before_any_sweep_has_come_by(desk: Desk) -> None:
    desk.invite(until=TODAY + DAY)
    with time_machine.travel(NOW + DAY, tick=False):
        page = desk.world.web("tomas.reyes").get(desk.page).content
        assert b'value="accept"' in page
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        before = kept()
        answer = desk.company("accept")
        assert answer.status_code == 409
        assert b"Nothing was changed: by now it reads Invitation expired." in answer.content
        assert kept() == before
        assert b'value="accept"' not in desk.world.web("tomas.reyes").get(desk.page).content
        assert desk.invite(until=TODAY + 9 * DAY).status_code == 302
        assert desk.state == "invited"


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (TODAY, TODAY - DAY, "order"),
        (TODAY - 9 * DAY, TODAY - DAY, "past"),
        (TODAY - 60 * DAY, YEAR_END, "overlap"),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(world: World, since: date, until: date, code: str) -> None:
    desk = Desk(world, demo.ANTWERP)  # whose enrolment ended forty days ago
    desk.company("apply")
    before = kept()
    answer = desk.activate(since=since, until=until)
    assert (answer.status_code, kept() == before) == (422, True)
    found = answer.context["activate_form"].errors.as_data()
    assert [error.code for errors in found.values() for error in errors] == [code]
    assert f'value="{until.isoformat()}"'.encode() in answer.content


def test_the_fiscal_year_is_proposed_as_the_end(desk: Desk) -> None:
    desk.company("apply")
    assert b'value="2027-06-30"' in desk.world.web("elena.ruiz").get(desk.operator_page).content
    programme(first_month=1)
    assert b'value="2026-12-31"' in desk.world.web("elena.ruiz").get(desk.operator_page).content


@pytest.mark.parametrize("verb", ["refuse", "suspend", "end"])
@pytest.mark.parametrize(("words", "shown"), [("", "Say why"), ("x" * 2001, "2000")])
def test_a_company_is_never_left_without_a_reason(desk: Desk, verb: str, words: str, shown: str) -> None:
    desk.reach("validating" if verb == "refuse" else "active")
    before = kept()
    answer = desk.operator(verb, words=words)
    assert (answer.status_code, kept() == before) == (422, True)
    assert shown in answer.content.decode()
    assert words in answer.content.decode()


def test_a_suspension_counts_at_once_and_resuming_it_leads_to_the_day_that_was_agreed(desk: Desk) -> None:
    desk.reach("active")
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        desk.operator("suspend", words=WORDS)
        assert (desk.days, desk.row.until) == ([(TODAY, TODAY + 9 * DAY)], YEAR_END)
        assert not desk.counts(TODAY + 10 * DAY)
    with time_machine.travel(NOW + 15 * DAY, tick=False):
        assert desk.operator("resume").status_code == 302
    assert desk.days == [(TODAY, TODAY + 9 * DAY), (TODAY + 15 * DAY, YEAR_END)]
    assert (desk.row.words, desk.row.suspended_at) == ("", None)


@both_databases
def test_what_is_suspended_and_resumed_on_one_day_counts_as_if_nothing_had_been(desk: Desk) -> None:
    desk.reach("suspended")
    assert (desk.days, desk.counts()) == ([], False)
    desk.operator("resume")
    assert desk.days == [(TODAY, YEAR_END)]


def test_what_is_suspended_beyond_its_last_day_is_not_resumed(desk: Desk) -> None:
    desk.reach("suspended")
    with time_machine.travel(NOW + 400 * DAY, tick=False):
        answer = desk.operator("resume")
    assert (answer.status_code, desk.days) == (409, [])
    assert b"by now it reads Ended" in answer.content


def test_what_has_not_begun_is_not_suspended_but_ended(desk: Desk) -> None:
    desk.company("apply")
    desk.activate(since=TODAY + 5 * DAY)
    answer = desk.operator("suspend", words=WORDS)
    assert (answer.status_code, desk.state) == (422, "active")
    assert b"It does not count yet" in answer.content
    desk.operator("end", words=WORDS)
    assert (desk.state, desk.days) == ("ended", [])


# --- what a claim makes of it


def findings(world: World, **changes: Any) -> set[str]:
    body = world.api("jonas.weber").send("POST", "claims/preflight/", claim_of(mpn_id=demo.UTRECHT, **changes)).json()
    return {found["code"] for found in body["findings"] if found["severity"] == "error"}


@both_databases
def test_a_claim_passes_once_its_location_is_accepted_and_validated_and_not_while_it_is_suspended(desk: Desk) -> None:
    for verb, refused in (
        (None, True),
        ("invite", True),
        ("accept", True),
        ("validate", True),
        ("activate", False),
        ("suspend", True),
        ("resume", False),
        ("end", True),
    ):
        if verb:
            assert desk.do(verb).status_code == 302
        assert (verb, "mpn_not_enrolled" in findings(desk.world)) == (verb, refused)


def test_the_end_of_an_enrolment_ends_no_claim_and_no_association(world: World) -> None:
    from claims.models import Association
    from tests.claims.given import SALES
    from tests.claims.test_associations import approved

    held = approved(world, SALES)
    desk = Desk(world, demo.ROTTERDAM)
    before = kept()
    for verb in ("suspend", "resume", "end"):
        assert desk.do(verb).status_code == 302
    after = kept()
    assert {
        name for name in after if name.startswith(("claims_", "arbitration_")) and after[name] != before[name]
    } == set()
    assert stored(held).state == "approved"
    assert Association.objects.filter(until=None).exists()


def test_whether_one_enrols_by_invitation_is_asked_of_the_programme_as_it_stands(world: World) -> None:
    read_before = programme()
    programme(by_invitation=True)
    mpn_id, tomas, before = MpnId.objects.get(number=demo.UTRECHT), world.person("tomas.reyes"), kept()
    with pytest.raises(ValidationError) as refused:
        verbs.apply(mpn_id=mpn_id, program=read_before, actor=tomas, now=NOW)
    assert refused.value.code == "by_invitation"
    assert kept() == before
    read_before = programme()
    programme(by_invitation=False)
    assert verbs.apply(mpn_id=mpn_id, program=read_before, actor=tomas, now=NOW).state == "validating"


@pytest.mark.parametrize("verb", ["activate", "refuse"])
def test_what_waits_for_validation_is_new_to_nobody_once_it_is_decided(world: World, verb: str) -> None:
    desk = Desk(world).reach("accepted")
    asked = Notification.objects.filter(kind="enrollment_waiting", read_at=None)
    assert asked.exists()
    assert desk.do(verb).status_code == 302
    assert not asked.exists()
