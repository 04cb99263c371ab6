"""What a reviewer holds who is dismissed, judges no more, or has a conflict: it is the others' at once, and in one act."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from arbitration.actions import leaving
from arbitration.models import CaseDraft, Decision
from claims.actions.sweep import sweep
from claims.models import Case, LineReview
from cpor import demo
from events.log import faults
from events.models import Event, Notification
from partners.models import Conflict, OperatorRole, Partner, User
from tests.arbitration.given import Firm, decide
from tests.arbitration.test_case_life import contested, proposed, trio
from tests.claims.given import SALES, SERVICE, events_of, everything, mails, of_brightwater, sent, stored, told
from tests.claims.test_decide import check, found
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_take import LEAD, NADIA, PIETER, take, whose
from tests.partners.teams import ELENA, TRACES, refused
from tests.world import NOW, World

__all__ = ["contested", "trio"]  # fixtures

Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


def dismiss(world: World, whom: str, who: str = ELENA) -> Any:
    return world.web(who).post(f"/operator/people/{world.person(whom).pk}/dismiss/")


def appoint(world: World, whom: str, *roles: str, who: str = ELENA) -> Any:
    person = world.person(whom)
    seen = ",".join(sorted(OperatorRole.objects.filter(user=person).values_list("role", flat=True)))
    return world.web(who).post(f"/operator/people/{person.pk}/", {"roles": list(roles), "seen": seen})


def conflict(world: World, whom: str, company: str = demo.HALDEN, reason: str = "family", who: str = ELENA) -> Any:
    path = f"/operator/people/{world.person(whom).pk}/conflicts/"
    return world.web(who).post(path, {"company": company, "reason": reason})


def gave_back(world: World, name: str) -> list[dict[str, Any]]:
    rows = Event.objects.filter(subject=world.person(name).subject, kind="person.gave_back").order_by("seq")
    return [event.data for event in rows]


@pytest.fixture
def ours(world: World) -> str:
    """A claim of Halden that Nadia has taken, and found something of."""
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference))
    return reference


@pytest.fixture
def theirs(world: World) -> str:
    """A claim of Brightwater, for something else, that Nadia has taken."""
    field = {"product": "dynamics-365-field-service", "subscription_id": demo.subscription_id("alder-field-2")}
    reference = sent(world, "miguel.sa", **of_brightwater(lines=[field]))
    take(world, NADIA, reference)
    Notification.objects.all().delete()
    return reference


# Claims


def test_who_is_dismissed_leaves_their_claims_to_the_queue_with_what_they_found(
    world: World, ours: str, theirs: str
) -> None:
    due = stored(ours).due_at
    other = sent(world, "jonas.weber", activity="presales")
    take(world, PIETER, other)
    Notification.objects.all().delete()
    assert dismiss(world, NADIA)["Location"] == f"/review/given-back/{world.person(NADIA).pk}/"
    assert (whose(ours), whose(theirs), whose(other)) == (
        ("submitted", ""),
        ("submitted", ""),
        ("under_review", PIETER),
    )
    assert (stored(ours).due_at, stored(ours).lease_until) == (due, None)
    assert LineReview.objects.get().by == world.person(NADIA)
    assert events_of(stored(ours).subject)[-1] == ("claim.released", {"reviewer": world.person(NADIA).pk})
    assert gave_back(world, NADIA) == [{"claims": [stored(ours).pk, stored(theirs).pk], "cases": [], "why": "left"}]
    assert told() == [(LEAD, "work_given_back")]
    assert [subject for to, subject in mails() if to.startswith(LEAD)] == [
        "2 claims of Nadia Okafor are back in the queue"
    ]
    assert list(faults()) == []


def test_a_claim_that_waits_for_its_partner_is_nobodys_and_its_answer_goes_to_the_queue(
    world: World, ours: str
) -> None:
    ask(world, NADIA, ours)
    due = stored(ours).due_at
    dismiss(world, NADIA)
    assert (whose(ours), stored(ours).due_at) == (("action_required", ""), due)
    Notification.objects.all().delete()
    assert answer(world, "jonas.weber", ours).status_code == 200
    assert whose(ours) == ("submitted", "")
    assert (PIETER, "claim_answered") in told()
    assert (NADIA, "claim_answered") not in told()


def test_the_partner_reads_of_a_released_claim_what_any_release_tells(world: World, ours: str) -> None:
    dismiss(world, NADIA)
    page = world.web("jonas.weber").get(f"/claims/{ours}/").content.decode()
    assert "Given back to the queue" in page
    assert "dismissed" not in page


def test_a_finished_review_is_nobodys_and_no_partner_can_tell(world: World, trio: Trio, contested: References) -> None:
    reference = contested[1]
    take(world, PIETER, reference)
    assert world.api(PIETER).send("POST", f"claims/{reference}/record-review/").status_code == 200
    api = world.api(trio[1].who)
    before = api.send("GET", f"claims/{reference}/")
    assert dismiss(world, PIETER).status_code == 302
    after = api.send("GET", f"claims/{reference}/")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert (stored(reference).reviewer, stored(reference).reviewed_at is not None) == (None, True)
    assert events_of(stored(reference).review_subject)[-1][0] == "claim.released"


def test_a_conflict_gives_back_what_is_of_that_company_and_hides_it(world: World, ours: str, theirs: str) -> None:
    answered = conflict(world, NADIA, "HALDEN cloud works")
    assert answered["Location"] == f"/operator/people/{world.person(NADIA).pk}/"
    assert (whose(ours), whose(theirs)) == (("submitted", ""), ("under_review", NADIA))
    row = Conflict.objects.get()
    assert (row.user, row.partner.name, row.reason, row.declared_at) == (
        world.person(NADIA),
        demo.HALDEN,
        "family",
        NOW,
    )
    assert world.web(NADIA).get(f"/review/{ours}/").status_code == 404
    assert world.api(NADIA).send("POST", f"claims/{ours}/take/").status_code == 404
    assert told() == [(NADIA, "conflict_changed"), (LEAD, "work_given_back")]
    kinds = [kind for kind, _data in events_of(world.person(NADIA).subject)]
    assert kinds == ["conflict.declared", "person.gave_back"]


def test_a_company_is_named_by_an_mpn_id_too_and_declared_once(world: World) -> None:
    assert conflict(world, NADIA, demo.LISBON).status_code == 302
    before = everything(but=("django_session", "partners_user"))
    assert conflict(world, NADIA, demo.BRIGHTWATER, "money").status_code == 302
    assert everything(but=("django_session", "partners_user")) == before
    assert Conflict.objects.get().partner.name == demo.BRIGHTWATER


def test_who_reviews_no_more_gives_back_and_who_only_leads_does_not(world: World, ours: str, theirs: str) -> None:
    assert appoint(world, NADIA, "lead").status_code == 302
    assert whose(ours) == ("under_review", NADIA)
    assert appoint(world, NADIA, "auditor", "admin").status_code == 302
    assert (whose(ours), whose(theirs)) == (("submitted", ""), ("submitted", ""))
    assert gave_back(world, NADIA)[0]["why"] == "roles"


def test_who_holds_nothing_leaves_nothing_and_no_lead_is_told(world: World) -> None:
    assert dismiss(world, PIETER)["Location"] == "/operator/people/"
    assert (told(), gave_back(world, PIETER)) == ([], [])


def test_a_conflict_that_is_over_lets_them_judge_again(world: World, ours: str) -> None:
    conflict(world, NADIA)
    nadia, halden = world.person(NADIA), Partner.objects.get(name=demo.HALDEN)
    path = f"/operator/people/{nadia.pk}/conflicts/{halden.pk}/"
    assert world.web(ELENA).post(path).status_code == 302
    assert take(world, NADIA, ours).status_code == 200
    assert world.web(ELENA).post(path).status_code == 404
    assert [kind for kind, _data in events_of(nadia.subject)][-1] == "conflict.withdrawn"


# Cases


@pytest.mark.parametrize("how", ["left", "roles", "conflict"])
def test_what_they_have_proposed_falls_back_at_once_and_its_draft_is_kept(
    world: World, trio: Trio, contested: References, how: str
) -> None:
    pk = proposed(world, trio, contested)
    draft = CaseDraft.objects.get(case=pk)
    Notification.objects.all().delete()
    if how == "left":
        assert dismiss(world, PIETER).status_code == 302
    elif how == "roles":
        assert appoint(world, PIETER, "auditor").status_code == 302
    else:
        assert conflict(world, PIETER, trio[2].name).status_code == 302
    case, made = Case.objects.get(pk=pk), Decision.objects.get()
    assert (case.state, case.round, made.over_at) == ("open", 2, NOW)
    assert CaseDraft.objects.get(case=pk).content == draft.content
    assert gave_back(world, PIETER) == [{"claims": [], "cases": [pk], "why": how}]
    assert (LEAD, "work_given_back") in told()
    assert (PIETER, "case_fell_back") not in told()
    assert decide(world, NADIA, pk, trio[1]).json()["state"] == "proposed"
    assert list(faults()) == []


def test_a_conflict_with_no_party_leaves_a_proposal_as_it_is(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    Partner.objects.create(name="Nobody's rival")
    assert conflict(world, PIETER, "nobody's RIVAL").status_code == 302
    assert Case.objects.get(pk=pk).state == "proposed"


# One act


def test_what_fails_on_the_way_undoes_it_all(world: World, ours: str, monkeypatch: pytest.MonkeyPatch) -> None:
    elena, before = world.person(ELENA), everything()

    def broken(**_given: Any) -> bool:
        raise RuntimeError("no luck")

    monkeypatch.setattr(leaving, "release_unfit", broken)
    with pytest.raises(RuntimeError):
        leaving.dismiss(person_id=world.person(NADIA).pk, actor=elena, now=NOW)
    assert everything() == before


def test_a_refused_dismissal_releases_nothing_and_leaves_one_event(world: World, ours: str) -> None:
    with pytest.raises(PermissionDenied):
        leaving.dismiss(person_id=world.person(NADIA).pk, actor=world.person(LEAD), now=NOW)
    assert whose(ours) == ("under_review", NADIA)
    assert refused(world, LEAD) == [("dismiss", "permission_denied")]


def test_the_last_admin_neither_leaves_nor_steps_down(world: World) -> None:
    before = everything(but=(*TRACES, "partners_user"))
    assert dismiss(world, ELENA).status_code == 409
    assert appoint(world, ELENA, "auditor").status_code == 422
    assert everything(but=(*TRACES, "partners_user")) == before
    assert refused(world, ELENA) == [("dismiss", "last_admin"), ("appoint", "last_admin")]
    assert appoint(world, PIETER, "admin").status_code == 302
    assert dismiss(world, ELENA)["Location"] == "/accounts/login/"


# Whoever stops judging in another way


@pytest.mark.parametrize("how", ["switched off", "no role", "conflict"])
def test_the_sweep_gives_back_what_a_reviewer_holds_who_may_judge_no_more(
    world: World, ours: str, theirs: str, how: str
) -> None:
    nadia = world.person(NADIA)
    if how == "switched off":
        User.objects.filter(pk=nadia.pk).update(is_active=False)
    elif how == "no role":
        OperatorRole.objects.filter(user=nadia).delete()
    else:
        Conflict.objects.create(user=nadia, partner=Partner.objects.get(name=demo.HALDEN))
    done = sweep(now=NOW)
    assert done["unfit"] == (1 if how == "conflict" else 2)
    assert whose(ours) == ("submitted", "")
    assert whose(theirs) == (("under_review", NADIA) if how == "conflict" else ("submitted", ""))
    assert sweep(now=NOW)["unfit"] == 0


def test_an_open_desk_of_who_was_dismissed_decides_nothing(world: World, ours: str) -> None:
    browser = world.web(NADIA)
    posted = {"version": stored(ours).version, "line": stored(ours).lines.get(position=0).pk}
    dismiss(world, NADIA)
    before = everything(but=(*TRACES, "partners_user"))
    answered = [
        browser.post(
            f"/claims/{ours}/{path}",
            {**posted, "do": "approve", "sure": f"approve:{posted['line']}:{posted['version']}:"},
        ).status_code
        for path in ("review/line/", "take/", "release/")
    ]
    assert answered == [403, 302, 302]  # told once that the account is closed, then as anybody who is not signed in
    assert everything(but=(*TRACES, "partners_user")) == before


def test_who_comes_back_holds_nothing_of_what_they_held(world: World, ours: str) -> None:
    dismiss(world, NADIA)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert take(world, PIETER, ours).status_code == 200
    User.objects.filter(pk=world.person(NADIA).pk).update(is_active=True)
    OperatorRole.objects.create(user=world.person(NADIA), role="reviewer")
    assert whose(ours) == ("under_review", PIETER)
