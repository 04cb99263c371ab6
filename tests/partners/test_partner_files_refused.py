"""import_partners on bad files: the line or the path, what to do, and nothing changed."""

import copy

import pytest
from django.core.management import CommandError, call_command

from partners.models import Enrollment, EnrollmentPeriod, Membership, MpnId, OperatorRole, Partner, User

pytestmark = [pytest.mark.django_db]

GOOD = {
    "partners": [
        {
            "name": "Contoso",
            "mpnIds": [
                {"mpnId": "1234567", "kind": "global"},
                {
                    "mpnId": "1234568",
                    "kind": "location",
                    "name": "Delft",
                    "country": "NL",
                    "partnerTypes": [],
                    "enrollments": [
                        {"program": "osu-ba", "validFrom": "2025-01-01", "validUntil": "2025-12-31"},
                        {"program": "osu-ba", "validFrom": "2026-01-01"},
                    ],
                },
            ],
            "users": [{"email": "ana@contoso.example", "roles": ["global_admin"]}],
        }
    ],
    "reviewers": [{"email": "rev@operator.example", "lead": False}],
}
MODELS = (Partner, MpnId, Enrollment, EnrollmentPeriod, User, Membership, OperatorRole)


def refusal(import_file, content: object) -> str:
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    with pytest.raises(CommandError) as caught:
        import_file(content)
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before
    text = str(caught.value)
    assert text.endswith(" Nothing was changed.")
    return text.split("partners.json: ")[1].removesuffix(" Nothing was changed.")


def with_value(path: tuple, value: object) -> dict:
    content = copy.deepcopy(GOOD)
    inner = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return content


COMPANY = ("partners", 0)
ID = (*COMPANY, "mpnIds", 1)
SECOND = (*ID, "enrollments", 1)
USER = (*COMPANY, "users", 0)
REVIEWER = ("reviewers", 0)


def test_the_file_that_the_cases_break_is_good(import_file):
    assert import_file(GOOD).startswith("1 partner added")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "line 1: the file is empty."),
        (b'{"partners": [\n  {"name": "A"},\n]}', "line 3, column 1: no valid JSON: Expecting value."),
        (b'{"partners": [\n{"name": "A"', "line 2, column 13: no valid JSON: Expecting ',' delimiter."),
        (b'{"partners": [{"name": "A\nB"}]}', "line 1, column 26: no valid JSON: Invalid control character at."),
        (b'\n\n{"partners": "\xff"}', "line 3: byte 0xff is not UTF-8. Save the file as UTF-8."),
        ('{"partners": []}'.encode("utf-16"), "line 1: the file is UTF-16. Save it as UTF-8."),
        (b'{"partners":\n' + b"[" * 100_000, "The document is nested too deeply."),
        (b'{"partners":\n' + b'{"a":' * 100_000, "The document is nested too deeply."),
        (b'{"partners": NaN}', "NaN is no JSON number."),
        (b'{"partners": ' + b"9" * 5000 + b"}", "A number in the document is too long."),
        (b"[]", "document: [] is no object."),
        (b"null", "document: None is no object."),
        (b"{}", "document: names neither partners nor reviewers. Add one of them."),
        (b'{"partners": [], "partners": []}', 'document: the key "partners" stands twice.'),
        (b'{"partners": [{"name": "A", "name": "B"}]}', 'partners[0]: the key "name" stands twice.'),
        (b'{"partners": [{"name": "A\\u0000"}]}', "partners[0].name: 'A\\x00' holds a control character."),
        (b'{"partners": [{"name": "A\\ud800"}]}', "partners[0].name: 'A\\ud800' holds a control character."),
        (b'{"partners": [{"name": "A\\nB"}]}', "partners[0].name: 'A\\nB' holds a control character."),
        (b'{"reviewers": [{"email": "a\\u0000@b.example"}]}', "reviewers[0].email: 'a\\x00@b.example' holds a control"),
        (
            b'{"partners": [{"\\ud800": 1}]}',
            "partners[0]: the field '\\ud800' is not known. Known: name, mpnIds, users.",
        ),
    ],
)
def test_a_file_that_is_not_sound_json_is_refused_by_line_or_path(import_file, raw, expected):
    assert refusal(import_file, raw).startswith(expected)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("partners",), {}, "partners: {} is no list."),
        (COMPANY, "Contoso", 'partners[0]: "Contoso" is no object.'),
        ((*COMPANY, "name"), None, "partners[0].name: is missing."),
        ((*COMPANY, "name"), 7, "partners[0].name: 7 is no text."),
        ((*COMPANY, "name"), "  ", "partners[0].name: is empty."),
        ((*COMPANY, "name"), "x" * 201, "partners[0].name: is longer than 200 characters."),
        (
            (*COMPANY, "mpnids"),
            [],
            'partners[0]: the field "mpnids" is not known. Known: name, mpnIds, users.',
        ),
        ((*ID, "mpnId"), 1234568, "partners[0].mpnIds[1].mpnId: 1234568 is no text."),
        (
            (*ID, "mpnId"),
            "12 345",
            'partners[0].mpnIds[1].mpnId: "12 345" is not an MPN ID. Write its 4 to 10 digits.',
        ),
        ((*ID, "mpnId"), "123", 'partners[0].mpnIds[1].mpnId: "123" is not an MPN ID. Write its 4 to 10 digits.'),
        (
            (*ID, "mpnId"),
            "12345678901",
            'partners[0].mpnIds[1].mpnId: "12345678901" is not an MPN ID. Write its 4 to 10 digits.',
        ),
        (
            (*ID, "mpnId"),
            "\u0661\u0662\u0663\u0664",
            'partners[0].mpnIds[1].mpnId: "\u0661\u0662\u0663\u0664" is not an MPN ID. Write its 4 to 10 digits.',
        ),
        (
            (*ID, "mpnId"),
            "1234567",
            "partners[0].mpnIds[1].mpnId: 1234567 stands in this file already, at partners[0].mpnIds[0].mpnId. Keep one.",
        ),
        ((*ID, "kind"), "site", 'partners[0].mpnIds[1].kind: "site" is none of global, location.'),
        ((*ID, "kind"), [], "partners[0].mpnIds[1].kind: [] is no text."),
        (
            (*ID, "country"),
            "Netherlands",
            'partners[0].mpnIds[1].country: "Netherlands" is not a country code. Write the two letters of ISO 3166, as NL.',
        ),
        ((*ID, "partnerTypes"), "FRP", 'partners[0].mpnIds[1].partnerTypes: "FRP" is no list.'),
        ((*ID, "partnerTypes"), [1], "partners[0].mpnIds[1].partnerTypes[0]: 1 is no text."),
        (
            (*SECOND, "program"),
            "osu",
            'partners[0].mpnIds[1].enrollments[1].program: "osu" is none of osa-sell, osu-ba, osu-m365.',
        ),
        (
            (*SECOND, "validFrom"),
            "2026-02-30",
            (
                'partners[0].mpnIds[1].enrollments[1].validFrom: "2026-02-30" is not a date. '
                "Write a day that exists as YYYY-MM-DD."
            ),
        ),
        (
            (*SECOND, "validFrom"),
            "20260101",
            (
                'partners[0].mpnIds[1].enrollments[1].validFrom: "20260101" is not a date. '
                "Write a day that exists as YYYY-MM-DD."
            ),
        ),
        (
            (*SECOND, "validFrom"),
            20260101,
            "partners[0].mpnIds[1].enrollments[1].validFrom: 20260101 is no text.",
        ),
        (
            (*SECOND, "validUntil"),
            "2025-12-31",
            (
                "partners[0].mpnIds[1].enrollments[1].validUntil: 2025-12-31 is before validFrom, 2026-01-01. "
                "Exchange them, or mend one."
            ),
        ),
        (
            (*SECOND, "validFrom"),
            "2025-12-31",
            (
                "partners[0].mpnIds[1].enrollments[1].validFrom: 2025-12-31 lies inside the period of the same programme at "
                "partners[0].mpnIds[1].enrollments[0]. "
                "Both ends belong to a period: end one before the other starts."
            ),
        ),
        (
            (*ID, "enrollments", 0, "validUntil"),
            None,
            (
                "partners[0].mpnIds[1].enrollments[1].validFrom: 2026-01-01 lies inside the period of the same programme at "
                "partners[0].mpnIds[1].enrollments[0]. "
                "Both ends belong to a period: end one before the other starts."
            ),
        ),
        (
            (*USER, "email"),
            "ana at contoso",
            'partners[0].users[0].email: "ana at contoso" is not an e-mail address. Write it as name@company.example.',
        ),
        (
            (*USER, "email"),
            "REV@operator.example",
            (
                "reviewers[0].email: rev@operator.example stands in this file already, at partners[0].users[0].email. "
                "Keep one."
            ),
        ),
        (
            (*USER, "email"),
            f"{'a' * 255}@b.example",
            "partners[0].users[0].email: is longer than 254 characters.",
        ),
        (
            (*USER, "roles"),
            ["owner"],
            (
                'partners[0].users[0].roles[0]: "owner" is not known. '
                "Use one of: global_admin, incentives_admin, billing_admin, incentives_user."
            ),
        ),
        (
            (*USER, "roles"),
            [],
            (
                "partners[0].users[0].roles: is empty. "
                "Use at least one of: global_admin, incentives_admin, billing_admin, incentives_user."
            ),
        ),
        (
            (*USER, "language"),
            "nl",
            'partners[0].users[0].language: "nl" is none of en, es.',
        ),
        (
            (*REVIEWER, "lead"),
            "yes",
            'reviewers[0].lead: "yes" is neither true nor false.',
        ),
    ],
)
def test_a_bad_value_is_refused_by_path_with_what_to_do(import_file, path, value, expected):
    assert refusal(import_file, with_value(path, value)) == expected


def test_two_partners_of_one_name_are_refused(import_file):
    content = {"partners": [{"name": "Contoso"}, {"name": "CONTOSO"}]}
    expected = "partners[1].name: CONTOSO stands in this file already, at partners[0].name. Keep one."
    assert refusal(import_file, content) == expected


def test_an_mpn_id_of_another_partner_is_refused(import_file, company):
    MpnId.objects.create(number="1234568", kind="location", partner=company("Fabrikam"))
    assert refusal(import_file, GOOD) == (
        "partners[0].mpnIds[1].mpnId: 1234568 belongs to another partner. Check the number, or ask support to move it."
    )


def test_a_person_of_another_partner_is_refused(import_file, company, person):
    Membership.objects.create(user=person("ana@contoso.example"), partner=company("Fabrikam"), role="billing_admin")
    assert refusal(import_file, GOOD) == (
        "partners[0].users[0].email: ana@contoso.example belongs to another partner. "
        "Use another address: a person belongs to one company."
    )


def test_nobody_works_for_a_partner_and_for_the_operator(import_file, company, person):
    ana = person("ana@contoso.example")
    role = OperatorRole.objects.create(user=ana, role="reviewer")
    assert refusal(import_file, GOOD) == (
        "partners[0].users[0].email: ana@contoso.example works for the operator. "
        "Use another address, or dismiss them there first."
    )
    role.delete()
    reviewer = GOOD["reviewers"][0]["email"]
    Membership.objects.create(user=person(reviewer), partner=company("Fabrikam"), role="billing_admin")
    assert refusal(import_file, GOOD) == (
        f"reviewers[0].email: {reviewer} belongs to a partner. Use another address, or remove them there first."
    )


def test_a_bad_last_line_leaves_all_that_stood_before_it_unwritten(import_file):
    import_file(GOOD)
    content = with_value((*REVIEWER, "email"), "nobody")
    content["partners"].append({"name": "Fabrikam", "mpnIds": [{"mpnId": "7654321", "kind": "location"}]})
    assert refusal(import_file, content).startswith("reviewers[0].email: ")
    assert not Partner.objects.filter(name="Fabrikam").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.json: No such file or directory\."):
        call_command("import_partners", str(tmp_path / "absent.json"))
