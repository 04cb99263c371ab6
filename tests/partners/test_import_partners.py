"""import_partners on good files: what is added, updated, replaced, and what is left alone."""

import copy
import json
import threading
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections

from cpor import demo
from partners.imports import import_partners
from partners.models import EnrollmentPeriod, Membership, MpnId, OperatorRole, Partner, User
from tests.partners.desk import Desk, kept
from tests.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FILE = {
    "partners": [
        {
            "name": "Contoso",
            "mpnIds": [
                {"mpnId": "1234567", "kind": "global", "name": "Contoso Group", "country": "nl"},
                {
                    "mpnId": "1234568",
                    "kind": "location",
                    "name": "Contoso Delft",
                    "country": "NL",
                    "partnerTypes": ["FastTrack Ready Partner"],
                    "enrollments": [
                        {"program": "osu-ba", "validFrom": "2025-01-01", "validUntil": "2025-12-31"},
                        {"program": "osu-ba", "validFrom": "2026-01-01"},
                        {"program": "osa-sell", "validFrom": "2026-03-01", "validUntil": None},
                    ],
                },
            ],
            "users": [
                {"email": "Ana@Contoso.example", "roles": ["global_admin"], "name": "Ana", "language": "es"},
                {"email": "ben@contoso.example", "roles": ["incentives_user", "billing_admin"]},
            ],
        },
        {"name": "Fabrikam", "users": [{"email": "cas@fabrikam.example", "roles": ["incentives_admin"]}]},
    ],
    "reviewers": [{"email": "rev@operator.example", "lead": False}, {"email": "lea@operator.example", "lead": True}],
}


@pytest.fixture
def changed():
    """A deep copy of the file, free to be changed."""
    return copy.deepcopy(FILE)


def periods(number: str, program: str) -> list[tuple[date, date | None]]:
    rows = EnrollmentPeriod.objects.filter(enrollment__mpn_id__number=number, enrollment__program__code=program)
    return list(rows.order_by("valid_from").values_list("valid_from", "valid_until"))


def roles(email: str) -> set[str]:
    return set(Membership.objects.filter(user__email=email).values_list("role", flat=True))


def operator_roles(email: str) -> set[str]:
    return set(OperatorRole.objects.filter(user__email=email).values_list("role", flat=True))


def test_a_first_import_says_in_counts_what_it_added(import_file):
    assert import_file(FILE) == (
        "2 partners added, 2 MPN IDs added, 3 enrolment periods added, 5 people added, 4 roles added, "
        "3 operator roles added."
    )


def test_everything_in_the_file_stands_afterwards(import_file):
    import_file(FILE)
    assert list(
        MpnId.objects.order_by("number").values_list(
            "partner__name", "number", "kind", "name", "country", "partner_types"
        )
    ) == [
        ("Contoso", "1234567", "global", "Contoso Group", "NL", []),
        ("Contoso", "1234568", "location", "Contoso Delft", "NL", ["FastTrack Ready Partner"]),
    ]
    assert periods("1234568", "osu-ba") == [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), None)]
    assert periods("1234568", "osa-sell") == [(date(2026, 3, 1), None)]
    ana = User.objects.get(email="ana@contoso.example")
    assert (ana.name, ana.language, ana.is_active, ana.has_usable_password()) == ("Ana", "es", True, False)
    assert roles("ben@contoso.example") == {"incentives_user", "billing_admin"}
    assert Membership.objects.get(user__email="cas@fabrikam.example").partner.name == "Fabrikam"
    assert operator_roles("rev@operator.example") == {"reviewer"}
    assert operator_roles("lea@operator.example") == {"reviewer", "lead"}


def test_a_second_run_changes_nothing_and_says_so(import_file):
    import_file(FILE)
    before = [list(model.objects.order_by("pk").values()) for model in (User, MpnId, EnrollmentPeriod, Membership)]
    assert import_file(FILE) == "Nothing changed: everything is as the file says."
    after = [list(model.objects.order_by("pk").values()) for model in (User, MpnId, EnrollmentPeriod, Membership)]
    assert after == before


def test_a_byte_order_mark_and_stray_blanks_do_no_harm(import_file):
    raw = b'\xef\xbb\xbf{"partners": [{"name": "  Cafe\xcc\x81 BV "}]}'
    assert import_file(raw) == "1 partner added."
    assert Partner.objects.get().name == "Caf\u00e9 BV"
    assert import_file({"partners": [{"name": "Caf\u00e9 BV"}]}) == "Nothing changed: everything is as the file says."


def test_named_values_are_updated_and_unnamed_ones_stay(import_file):
    import_file(FILE)
    location = {"mpnId": "1234568", "kind": "location", "name": "Contoso Delft West"}
    assert import_file({"partners": [{"name": "Contoso", "mpnIds": [location]}]}) == "1 MPN ID changed."
    row = MpnId.objects.get(number="1234568")
    assert (row.name, row.country, row.partner_types) == ("Contoso Delft West", "NL", ["FastTrack Ready Partner"])
    assert len(periods("1234568", "osu-ba")) == 2


def test_partners_ids_and_people_that_a_file_does_not_name_stay(import_file):
    import_file(FILE)
    assert import_file({"partners": [{"name": "Contoso", "mpnIds": [], "users": []}]}).startswith("Nothing changed")
    assert (Partner.objects.count(), MpnId.objects.count(), User.objects.count()) == (2, 2, 5)


def test_periods_of_a_named_programme_are_replaced_and_those_of_others_stay(import_file, changed):
    import_file(FILE)
    changed["partners"][0]["mpnIds"][1]["enrollments"] = [
        {"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2026-06-30"}
    ]
    assert import_file(changed) == "1 enrolment period added, 2 enrolment periods removed."
    assert periods("1234568", "osu-ba") == [(date(2026, 1, 1), date(2026, 6, 30))]
    assert periods("1234568", "osa-sell") == [(date(2026, 3, 1), None)]


def test_periods_that_touch_are_not_overlapping(import_file, changed):
    changed["partners"][0]["mpnIds"][1]["enrollments"] = [
        {"program": "osu-ba", "validFrom": "2026-01-02", "validUntil": "2026-01-02"},
        {"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2026-01-01"},
        {"program": "osu-m365", "validFrom": "2026-01-01"},
    ]
    import_file(changed)
    assert periods("1234568", "osu-ba") == [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 2), date(2026, 1, 2)),
    ]


def test_roles_of_a_named_person_are_replaced_and_a_role_that_stays_keeps_its_mpn_ids(import_file, changed):
    import_file(FILE)
    kept = Membership.objects.get(user__email="ben@contoso.example", role="incentives_user")
    kept.mpn_ids.add(MpnId.objects.get(number="1234568"))
    changed["partners"][0]["users"][1]["roles"] = ["incentives_user", "incentives_admin"]
    assert import_file(changed) == "1 role added, 1 role removed."
    assert roles("ben@contoso.example") == {"incentives_user", "incentives_admin"}
    assert [row.number for row in kept.mpn_ids.all()] == ["1234568"]


@pytest.mark.parametrize(
    ("lead", "expected"),
    [({"lead": True}, {"reviewer", "lead"}), ({"lead": False}, {"reviewer"}), ({}, {"reviewer", "lead"})],
)
def test_a_lead_stays_lead_unless_the_file_says_otherwise(import_file, lead, expected):
    import_file(FILE)
    import_file({"reviewers": [{"email": "lea@operator.example", **lead}]})
    assert operator_roles("lea@operator.example") == expected


def test_other_operator_roles_are_never_touched(import_file, person):
    OperatorRole.objects.create(user=person("rev@operator.example"), role="auditor")
    import_file(FILE)
    assert operator_roles("rev@operator.example") == {"reviewer", "auditor"}


def test_an_existing_person_keeps_password_and_departure(import_file, person):
    user = person("ben@contoso.example", password="a long enough password", is_active=False)
    import_file(FILE)
    user.refresh_from_db()
    assert user.check_password("a long enough password")
    assert not user.is_active
    assert roles("ben@contoso.example") == {"incentives_user", "billing_admin"}


def test_a_file_of_hundreds_takes_no_more_queries_than_a_small_one(import_file, django_assert_max_num_queries):
    big = {
        "partners": [
            {
                "name": f"Company {n}",
                "mpnIds": [
                    {
                        "mpnId": f"{100000 + n}",
                        "kind": "location",
                        "enrollments": [{"program": "osu-m365", "validFrom": "2026-01-01"}],
                    }
                ],
                "users": [{"email": f"user{n}@example.com", "roles": ["global_admin"]}],
            }
            for n in range(300)
        ]
    }
    with django_assert_max_num_queries(60):
        import_file(big)
    assert EnrollmentPeriod.objects.count() == 300
    assert Membership.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_the_same_file_imported_many_times_at_once_is_written_once():
    raw, start, said = json.dumps(FILE).encode(), threading.Barrier(6), []

    def run() -> None:
        try:
            start.wait(20)
            said.append(str(import_partners(raw, now=NOW)))
        except Exception as error:  # noqa: BLE001 - compared below
            said.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(text.startswith("2 partners added") for text in said) == [False] * 5 + [True]
    assert sorted(text == "Nothing changed: everything is as the file says." for text in said) == [False] + [True] * 5


def test_the_help_says_what_a_file_may_hold_and_what_it_replaces(capsys):
    with pytest.raises(SystemExit):
        call_command("import_partners", "--help", stdout=StringIO())
    text = capsys.readouterr().out
    assert '"reviewers": [{"email", "name", "language", "lead": true}]' in text
    assert "The roles of a user replace those that stood." in text


# --- enrolments by a file, beside those of the desk


@pytest.mark.parametrize("state", ["invited", "accepted", "suspended", "ended", "declined"])
def test_days_that_a_file_brings_count_whatever_the_enrolment_was(world, import_file, state):
    desk = Desk(world).reach(state)
    day = {"program": "osu-ba", "validFrom": "2026-11-01", "validUntil": "2027-01-31"}
    entry = {"mpnId": desk.number, "kind": "location", "enrollments": [day]}
    import_file({"partners": [{"name": demo.HALDEN, "mpnIds": [entry]}]})
    assert (desk.state, desk.row.until, desk.counts()) == ("active", date(2027, 1, 31), True)
    assert (desk.row.words, desk.events[-1]) == ("", "imported")
    before = kept()
    import_file({"partners": [{"name": demo.HALDEN, "mpnIds": [entry]}]})
    assert kept() == before


def test_a_file_that_ends_an_enrolment_ends_it(world, import_file):
    desk = Desk(world, demo.ROTTERDAM)
    day = {"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2026-11-18"}
    entry = {"mpnId": desk.number, "kind": "location", "enrollments": [day]}
    import_file({"partners": [{"name": demo.HALDEN, "mpnIds": [entry]}]})
    assert (desk.state, desk.row.until, desk.counts()) == ("ended", date(2026, 11, 18), False)
    assert Desk(world, demo.ROTTERDAM, "osa-sell").state == "active"
