"""What an import does stands in the log like what people do, and it may take no company its last admin."""

import copy
from typing import Any

import pytest
from django.core.management import CommandError

from events.log import faults
from events.models import Event
from partners.models import Invitation, Membership, MpnId, Partner, User
from tests.partners.desk import kept
from tests.partners.teams import PASSWORD, accept, invite, invited, link_to
from tests.partners.test_import_partners import FILE
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def said(subject: str) -> list[tuple[str, dict[str, Any]]]:
    """What the log says of a subject, in order; an import is nobody's act."""
    rows = Event.objects.filter(subject=subject).order_by("seq")
    assert [event.actor_id for event in rows] == [None] * len(rows)
    return [(event.kind, event.data) for event in rows]


def person(email: str) -> User:
    return User.objects.get(email=email)


def company(name: str = "Contoso") -> Partner:
    return Partner.objects.get(name=name)


def test_a_first_import_is_told_of_each_thing_that_it_added(import_file: Any) -> None:
    import_file(FILE)
    ana, ben, lea = (person(f"{name}.example") for name in ("ana@contoso", "ben@contoso", "lea@operator"))
    given, both = ["global_admin"], ["billing_admin", "incentives_user"]
    assert said(company().subject) == [
        ("company.imported", {}),
        ("team.roles_imported", {"person": ana.pk, "given": given, "taken": []}),
        ("team.roles_imported", {"person": ben.pk, "given": both, "taken": []}),
    ]
    assert said(MpnId.objects.get(number="1234567").subject) == [
        ("mpn_id.imported", {"new": True, "fields": ["country", "kind", "name"]})
    ]
    assert said(ana.subject) == [
        ("person.imported", {"new": True, "fields": ["language", "name"]}),
        ("person.roles_imported", {"company": company().pk, "given": given, "taken": []}),
    ]
    leads = {"given": ["lead", "reviewer"], "taken": []}
    assert said(lea.subject) == [
        ("person.imported", {"new": True, "fields": []}),
        ("person.roles_imported", {"company": None, **leads}),
    ]
    assert ("operator.roles_imported", {"person": lea.pk, **leads}) in said("operator")
    for row in company().mpn_ids.get(number="1234568").enrollments.all():
        assert said(row.subject) == [("enrollment.imported", {"state": "active"})]
    assert list(faults()) == []


def test_a_second_run_says_nothing(import_file: Any) -> None:
    import_file(FILE)
    before = Event.objects.count()
    import_file(FILE)
    assert Event.objects.count() == before


def test_what_an_import_changes_is_told_by_field_and_role(import_file: Any) -> None:
    import_file(FILE)
    changed = copy.deepcopy(FILE)
    contoso = changed["partners"][0]
    contoso["mpnIds"][0]["name"] = "Contoso Holding"
    contoso["users"][1].update(name="Ben", roles=["incentives_user", "incentives_admin"])
    changed["reviewers"][1]["lead"] = False
    import_file(changed)
    ben, lea = person("ben@contoso.example"), person("lea@operator.example")
    moved = {"given": ["incentives_admin"], "taken": ["billing_admin"]}
    assert said(MpnId.objects.get(number="1234567").subject)[1:] == [
        ("mpn_id.imported", {"new": False, "fields": ["name"]})
    ]
    assert said(ben.subject)[2:] == [
        ("person.imported", {"new": False, "fields": ["name"]}),
        ("person.roles_imported", {"company": company().pk, **moved}),
    ]
    assert said(company().subject)[3:] == [("team.roles_imported", {"person": ben.pk, **moved})]
    assert said(lea.subject)[2:] == [("person.roles_imported", {"company": None, "given": [], "taken": ["lead"]})]


def test_no_company_is_left_without_its_last_global_admin(import_file: Any) -> None:
    import_file(FILE)
    changed = copy.deepcopy(FILE)
    changed["partners"][0]["users"] = [{"email": "ana@contoso.example", "roles": ["incentives_user"]}]
    before = kept()
    with pytest.raises(CommandError, match=r"partners\[0\]\.users: .*global admin"):
        import_file(changed)
    assert kept() == before
    changed["partners"][0]["users"].append({"email": "ben@contoso.example", "roles": ["global_admin"]})
    import_file(changed)
    assert Membership.objects.filter(role="global_admin").get().user == person("ben@contoso.example")


def test_an_admin_who_is_switched_off_is_none(import_file: Any) -> None:
    import_file(FILE)
    changed = copy.deepcopy(FILE)
    changed["partners"][0]["users"] = [
        {"email": "ana@contoso.example", "roles": ["incentives_user"]},
        {"email": "ben@contoso.example", "roles": ["global_admin"]},
    ]
    User.objects.filter(email="ben@contoso.example").update(is_active=False)
    with pytest.raises(CommandError, match="global admin"):
        import_file(changed)


def test_a_company_that_has_had_no_admin_may_go_on_without(import_file: Any) -> None:
    import_file(FILE)
    changed = copy.deepcopy(FILE)
    changed["partners"][1]["users"] = [{"email": "cas@fabrikam.example", "roles": ["billing_admin"]}]
    import_file(changed)
    assert Membership.objects.get(user__email="cas@fabrikam.example").role == "billing_admin"


def test_who_is_global_admin_no_more_has_asked_nobody_in(world: World, import_file: Any) -> None:
    invite(world, "tomas.reyes", "ada@haldencloud.example", "global_admin:")
    accept(link_to("ada@haldencloud.example"), name="Ada", password=PASSWORD)
    invite(world, "tomas.reyes")
    tomas = {"email": "tomas.reyes@haldencloud.example", "roles": ["incentives_user"]}
    import_file({"partners": [{"name": "Halden Cloud Works", "users": [tomas]}]})
    assert invited().withdrawn_at
    assert not Invitation.objects.open().exists()
