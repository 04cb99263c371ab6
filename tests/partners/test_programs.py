"""The programmes that exist from the first day."""

import pytest
from django.core.management import call_command

from partners.models import Program

FIRST = [
    ("osa-sell", "Presales", "business_applications", ["presales"], False),
    ("osu-ba", "Usage in Business applications", "business_applications", ["usage"], False),
    ("osu-m365", "Usage in Microsoft 365", "microsoft_365", ["usage"], False),
]


def standing() -> list[tuple]:
    rows = Program.objects.order_by("code")
    return list(rows.values_list("code", "name", "solution_area", "activities", "by_invitation"))


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_fresh_database_holds_the_three_first_programmes():
    assert standing() == FIRST


@pytest.mark.django_db
@pytest.mark.both_databases
def test_migrating_again_adds_what_lacks_and_leaves_what_an_operator_changed():
    Program.objects.filter(code="osu-ba").update(name="Usage, Dynamics", by_invitation=True)
    Program.objects.filter(code="osu-m365").delete()
    call_command("migrate", verbosity=0)
    changed = ("osu-ba", "Usage, Dynamics", "business_applications", ["usage"], True)
    assert standing() == [FIRST[0], changed, FIRST[2]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_flush_brings_the_programmes_back():
    Program.objects.create(code="other", name="Other", solution_area="microsoft_365")
    call_command("flush", interactive=False, verbosity=0)
    assert standing() == FIRST
