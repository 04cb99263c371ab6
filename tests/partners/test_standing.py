"""Where people stand: roles, scopes, conflicts, and which MPN IDs they may choose."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import RestrictedError

from partners.facts import EnrollmentFacts, Grant, Power, Standing
from partners.models import Conflict, Enrollment, EnrollmentPeriod, Membership, MpnId, OperatorRole, Program, User
from partners.roles import mpn_choices, standing_of
from partners.roles import person as find
from tests.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2026, 11, 23)


@pytest.fixture
def contoso(company):
    return company("Contoso")


@pytest.fixture
def mpn_id(contoso):
    def make(number: str, kind: str = "location", partner=None, **fields: object) -> MpnId:
        return MpnId.objects.create(number=number, kind=kind, partner=partner or contoso, **fields)

    return make


def member(user, partner, role: str, *mpn_ids: MpnId):
    row = Membership.objects.create(user=user, partner=partner, role=role)
    row.mpn_ids.set(mpn_ids)
    return user


def enroll(mpn_id: MpnId, code: str, *periods: tuple) -> None:
    row = Enrollment.objects.create(mpn_id=mpn_id, program=Program.objects.get(code=code), changed_at=NOW)
    for since, until in periods:
        EnrollmentPeriod.objects.create(enrollment=row, valid_from=since, valid_until=until)


@pytest.mark.parametrize(
    ("role", "powers"),
    [
        ("incentives_user", {Power.CLAIM}),
        ("incentives_admin", {Power.CLAIM, Power.DISASSOCIATE, Power.ENROLL}),
        ("billing_admin", {Power.CLAIM, Power.DISASSOCIATE}),
        ("global_admin", {Power.CLAIM, Power.DISASSOCIATE, Power.ENROLL, Power.TEAM}),
    ],
)
def test_each_role_has_the_powers_of_the_table_and_no_other(contoso, mpn_id, person, role, powers):
    standing = standing_of(member(person(), contoso, role))
    key = mpn_id("1000001").pk
    assert {power for power in Power if standing.has(power)} == powers
    assert {power for power in Power if standing.may(power, key)} == powers
    assert standing.may_claim


def test_a_member_stands_in_the_company_with_all_its_mpn_ids(contoso, person):
    user = member(person(), contoso, "incentives_user")
    assert standing_of(user) == Standing(
        user_id=user.pk,
        partner_id=contoso.pk,
        partner_name="Contoso",
        grants=(Grant("incentives_user", None),),
        operator_roles=frozenset(),
        conflicts=frozenset({contoso.pk}),
    )


def test_a_power_reaches_only_the_mpn_ids_of_the_roles_that_carry_it(contoso, mpn_id, person):
    delft, ghent, oslo = mpn_id("1000001"), mpn_id("1000002"), mpn_id("1000003")
    user = member(person(), contoso, "billing_admin", delft)
    member(user, contoso, "incentives_user", ghent)
    standing = standing_of(user)
    assert standing.mpn_ids == {delft.pk, ghent.pk}
    assert standing.scope(Power.DISASSOCIATE) == {delft.pk}
    assert [standing.may(Power.DISASSOCIATE, row.pk) for row in (delft, ghent, oslo)] == [True, False, False]
    assert [standing.may(Power.CLAIM, row.pk) for row in (delft, ghent, oslo)] == [True, True, False]
    assert standing.scope(Power.TEAM) == frozenset()


def test_a_role_for_all_outweighs_one_for_chosen_ids(contoso, mpn_id, person):
    user = member(person(), contoso, "incentives_user", mpn_id("1000001"))
    member(user, contoso, "billing_admin")
    assert standing_of(user).mpn_ids is None


def test_an_mpn_id_cannot_be_deleted_from_under_a_role(contoso, mpn_id, person):
    only = mpn_id("1000001")
    user = member(person(), contoso, "incentives_user", only)
    with pytest.raises(RestrictedError):
        only.delete()
    assert standing_of(user).mpn_ids == {only.pk}
    contoso.delete()
    assert standing_of(User.objects.get(pk=user.pk)).partner_id is None


def test_operators_have_their_roles_and_conflicts_and_do_not_claim(contoso, company, person):
    user = person()
    OperatorRole.objects.create(user=user, role="reviewer")
    OperatorRole.objects.create(user=user, role="lead")
    Conflict.objects.create(user=user, partner=contoso)
    standing = standing_of(user)
    assert standing.operator_roles == {"reviewer", "lead"}
    assert (standing.is_operator, standing.may_claim, standing.partner_id) == (True, False, None)
    fabrikam = company("Fabrikam").pk
    assert (standing.may_judge(fabrikam), standing.may_judge(fabrikam, contoso.pk)) == (True, False)


def test_a_reviewer_may_not_judge_their_own_company(contoso, person):
    user = member(person(), contoso, "incentives_user")
    OperatorRole.objects.create(user=user, role="reviewer")
    assert not standing_of(user).may_judge(contoso.pk)


def test_a_reviewer_of_a_company_claims_for_none(contoso, mpn_id, person):
    reviewer = member(person(), contoso, "global_admin")
    mpn_id("1000001")
    OperatorRole.objects.create(user=reviewer, role="reviewer")
    standing = standing_of(reviewer)
    assert not standing.may_claim
    assert mpn_choices(standing, TODAY) == []


def test_nobody_and_one_who_left_stand_nowhere(contoso, person, django_assert_num_queries):
    left = member(person(is_active=False), contoso, "global_admin")
    OperatorRole.objects.create(user=left, role="admin")
    with django_assert_num_queries(0):
        assert standing_of(left) == Standing(user_id=left.pk)
        assert standing_of(AnonymousUser()) == Standing(user_id=None)
    assert not standing_of(left).may_claim


def test_a_second_company_is_refused_and_never_counts(contoso, company, mpn_id, person):
    user = member(person(), contoso, "incentives_user")
    fabrikam = company("Fabrikam")
    with pytest.raises(ValidationError) as caught:
        Membership.objects.create(user=user, partner=fabrikam, role="global_admin")
    assert caught.value.code == "other_company"
    Membership.objects.bulk_create([Membership(user=user, partner=fabrikam, role="global_admin")])
    standing = standing_of(user)
    assert (standing.partner_name, standing.roles) == ("Contoso", {"incentives_user"})
    mpn_id("1000001", partner=fabrikam)
    assert mpn_choices(standing, TODAY) == []


def test_standing_costs_one_query_whatever_the_roles(contoso, mpn_id, person, django_assert_num_queries):
    ids = [mpn_id(f"{1000000 + n}") for n in range(20)]
    user = member(person(), contoso, "incentives_user", *ids)
    member(user, contoso, "billing_admin", *ids)
    OperatorRole.objects.create(user=user, role="auditor")
    with django_assert_num_queries(1):
        standing_of(user)
        standing_of(user)


def test_a_person_is_found_with_their_standing_in_one_query(contoso, mpn_id, person, django_assert_num_queries):
    user = member(person(), contoso, "incentives_user", mpn_id("1000001"), mpn_id("1000002"))
    OperatorRole.objects.create(user=user, role="reviewer")
    OperatorRole.objects.create(user=user, role="lead")
    with django_assert_num_queries(1):
        found = find(pk=user.pk)
        standing = standing_of(found)
    assert found == user
    assert standing == standing_of(user)
    assert (standing.mpn_ids, standing.operator_roles) == (
        set(MpnId.objects.values_list("pk", flat=True)),
        {"reviewer", "lead"},
    )


def test_one_who_left_is_not_found(contoso, person):
    left = member(person(is_active=False), contoso, "global_admin")
    assert find(pk=left.pk) is None


def test_choices_carry_all_periods_and_come_enrolled_first_and_global_last(contoso, mpn_id, person):
    mpn_id("1000001", kind="global", name="Contoso Group")
    ended = mpn_id("1000002")
    enroll(ended, "osu-ba", (date(2025, 1, 1), date(2026, 11, 22)), (date(2026, 11, 24), None))
    active = mpn_id("1000003", name="Delft", country="NL", partner_types=["FastTrack Ready Partner"])
    enroll(active, "osu-m365", (date(2026, 1, 1), TODAY))
    enroll(active, "osa-sell", (date(2024, 1, 1), date(2024, 12, 31)))
    choices = mpn_choices(standing_of(member(person(), contoso, "incentives_user")), TODAY)
    assert [(fact.number, fact.enrolled(TODAY)) for fact in choices] == [
        ("1000003", True),
        ("1000002", False),
        ("1000001", False),
    ]
    delft = choices[0]
    assert (delft.id, delft.name, delft.kind, delft.country) == (active.pk, "Delft", "location", "NL")
    assert delft.partner_types == ("FastTrack Ready Partner",)
    assert delft.enrollments == (
        EnrollmentFacts(
            "osa-sell", "Presales", "business_applications", ("presales",), date(2024, 1, 1), date(2024, 12, 31)
        ),
        EnrollmentFacts("osu-m365", "Usage in Microsoft 365", "microsoft_365", ("usage",), date(2026, 1, 1), TODAY),
    )
    assert choices[1].enrolled(date(2026, 11, 22))
    assert choices[1].enrolled(date(2030, 1, 1))
    hash(delft)


def test_choices_are_those_of_the_persons_company_and_scope(contoso, company, mpn_id, person):
    mine, _other = mpn_id("1000001"), mpn_id("1000002")
    mpn_id("1000003", partner=company("Fabrikam"))
    user = member(person(), contoso, "incentives_user", mine)
    assert [fact.number for fact in mpn_choices(standing_of(user), TODAY)] == ["1000001"]


def test_choices_cost_one_query_however_many_ids(contoso, mpn_id, person, django_assert_num_queries):
    for n in range(30):
        enroll(mpn_id(f"{1000000 + n}"), "osu-ba", (date(2026, 1, 1), None))
    standing = standing_of(member(person(), contoso, "incentives_user"))
    with django_assert_num_queries(1):
        assert len(mpn_choices(standing, TODAY)) == 30
    with django_assert_num_queries(0):
        assert mpn_choices(Standing(user_id=1), TODAY) == []
