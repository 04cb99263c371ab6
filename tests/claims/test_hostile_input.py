"""What nobody honest sends: kept as text or refused by name, never run, never half-written, never a 500."""

from typing import Any

import pytest
from django.core import mail

from claims.forms import Step
from cpor import demo
from events.models import Outbox
from events.outbox import deliver_due
from tests.claims.given import draft, everything, form_of, mails, proven, read, sent, step_of, stored
from tests.world import NOW, World, claim_of

both_databases = pytest.mark.both_databases

SCRIPT = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}{% now 'Y' %}"
TURNED, STRAIGHT = "\u202etxt.exe\u202c\u2028 שלום", "txt.exe שלום"
FIELDS = [
    "name",
    "mpn_id",
    "tenant_id",
    "domain",
    "solution_area",
    "activity",
    "solution_seller",
    "isv_solution",
    "lines.0.product",
    "lines.0.subscription_id",
    "customer_contact.name",
    "customer_contact.title",
    "customer_contact.email",
    "technical_contact.name",
    "technical_contact.email",
    "partner_contact.name",
    "partner_contact.email",
]


def claim_with(path: str, value: Any) -> dict[str, Any]:
    """A claim as JSON with one value put at a path."""
    claim = claim_of()
    first, *rest = path.split(".")
    if not rest:
        return {**claim, first: value}
    if first == "lines":
        return {**claim, "lines": [{**claim["lines"][0], rest[1]: value}]}
    return {**claim, first: {**claim[first], rest[0]: value}}


@both_databases
@pytest.mark.parametrize(
    "value",
    ["a\x00b", "a\ud800b", "a\x1bb", "a\nb", "x" * 10_000],
    ids=["NUL", "surrogate", "escape", "newline", "10 kB"],
)
def test_what_no_field_can_hold_is_named_at_its_path_and_nothing_is_kept(world: World, value: str) -> None:
    api = world.api("jonas.weber")
    before = everything()
    for path in FIELDS:
        claim = claim_with(path, value)
        checked = api.send("POST", "claims/preflight/", claim)
        assert checked.status_code == 200, path
        assert path in [f["field"] for f in checked.json()["findings"] if f["severity"] == "error"], path
        refused = api.send("POST", "claims/", claim)
        assert refused.status_code == 400, path
        assert [finding["field"] for finding in refused.json()["findings"]] == [path]
    assert everything() == before


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "x" * 10_000, SCRIPT * 100, TURNED, "a\r\nBcc: x"],
    ids=["NUL", "10 kB", "script", "rtl", "header"],
)
def test_the_form_answers_any_text_in_any_field_and_sends_nothing(world: World, value: str) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    form = {name: value for name in form_of(claim_of()) if not name.endswith("-product")}
    more = dict.fromkeys(("version", "seen", "step", "go"), value)
    steps = [f"edit/{step}" for step in Step]
    for where in ("edit", *steps, "check", "lines", "lines/0/remove", "submit"):
        for hidden in (more, {**more, "step": "customer"}):
            answer = browser.post(f"/claims/{reference}/{where}/", {**form, **hidden}, follow=True)
            assert answer.status_code in {200, 409, 422}, where
            assert "<script>alert" not in answer.content.decode()
            assert "onerror=alert(1)>" not in answer.content.decode().replace("&gt;", "")
    assert stored(reference).state == "editing"


def test_markup_in_a_name_is_text_on_every_page_and_in_every_mail(world: World) -> None:
    name = SCRIPT[:120]
    person = {"name": SCRIPT[:60], "title": SCRIPT[:60], "email": "maud.fenn@alderfreight.example"}
    reference = sent(world, "jonas.weber", name=name, customer_contact=person, technical_contact=person)
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": SCRIPT})
    for who, paths in [("jonas.weber", ["/claims/", "/messages/"]), ("nadia.okafor", ["/review/", "/messages/"])]:
        for path in [*paths, f"/claims/{reference}/"]:
            page = read(world.web(who), path)
            assert "<script>alert" not in page, path
            assert "<img src=x" not in page, path
            assert "&lt;script&gt;alert" in page, path
    assert len(mails()) == 7
    for letter in mail.outbox:
        ((html, _kind),) = letter.alternatives  # type: ignore[attr-defined]
        assert "<script>" not in html
        assert "<img src=x" not in html
        assert name in letter.subject
        assert "49" not in letter.subject.replace(reference, "")


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_no_line_break_in_a_name_reaches_a_subject(world: World, breaks: str) -> None:
    name = f"Roll-out{breaks}Bcc: victim@elsewhere.example"
    response = world.api("jonas.weber").send("POST", "claims/", claim_of(name=name))
    if response.status_code == 400:
        assert [(f["code"], f["field"]) for f in response.json()["findings"]] == [("invalid", "name")]
        return
    world.api("jonas.weber").send("POST", f"claims/{proven(response.json()['reference'])}/submit/")
    assert deliver_due(now=NOW) == 4
    for letter in mail.outbox:
        assert len(letter.subject.splitlines()) == 1
        assert letter.recipients() == letter.to
        assert "Bcc" not in letter.message()


def test_a_persons_name_with_a_line_break_reaches_no_header(world: World) -> None:
    author = world.person("jonas.weber")
    author.name = "Jonas\r\nBcc: victim@elsewhere.example"
    author.save()
    reference = sent(world, "jonas.weber")
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": "Hi"})
    deliver_due(now=NOW)
    assert not Outbox.objects.filter(sent_at=None).exists()
    assert all(len(letter.subject.splitlines()) == 1 and "Bcc" not in letter.message() for letter in mail.outbox)


def test_letters_from_right_to_left_stay_and_what_turns_the_text_around_them_does_not(world: World) -> None:
    reference = sent(world, "jonas.weber", name=TURNED)
    assert world.api("jonas.weber").send("GET", f"claims/{reference}/").json()["name"] == STRAIGHT
    assert STRAIGHT in read(world.web("jonas.weber"), f"/claims/{reference}/")
    assert {subject for _to, subject in mails()} == {
        f"{reference} is sent: {STRAIGHT}",
        f"{reference} waits for review: {STRAIGHT}",
    }


def test_ten_thousand_fields_are_a_page_that_says_so_and_change_nothing(world: World) -> None:
    reference, done = draft(world, "jonas.weber"), sent(world, "ruth.adeyemi")
    browser = world.web("jonas.weber")
    before = everything()
    for where in (f"/claims/{reference}/edit/products/", f"/claims/{done}/comments/", "/messages/read/"):
        answer = browser.post(where, {f"lines-{n}-product": "x" for n in range(10_000)})
        assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8"), where
        assert "Error 400" in answer.content.decode()
    assert everything() == before


def test_a_form_past_a_megabyte_is_a_page_that_says_so_and_changes_nothing(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    answer = browser.post(
        f"/claims/{reference}/edit/customer/",
        "name=" + "x" * 2_000_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413
    assert "Error 413" in answer.content.decode()
    assert everything() == before


def test_more_products_than_a_claim_can_have_are_a_finding(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    lines = [{"product": "exchange-online", "subscription_id": str(n)} for n in range(51)]
    refused = world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"lines": lines})
    assert [(f["code"], f["field"]) for f in refused.json()["findings"]] == [("invalid", "lines")]
    answer = browser.post(f"/claims/{reference}/edit/products/", step_of(claim_of(lines=lines), Step.PRODUCTS))
    assert answer.status_code == 422
    assert stored(reference).lines.count() == 1
    taken = world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"lines": lines[:50]})
    assert (taken.status_code, stored(reference).lines.count()) == (200, 50)


@pytest.mark.parametrize(
    "path",
    [
        "fly/",
        "submit",
        "lines/99999999999999999999/remove/",
        "lines/-1/remove/",
        "lines/x/remove/",
        "%00/",
        "../../etc/passwd",
    ],
)
def test_an_action_that_is_not_there_does_nothing(world: World, path: str) -> None:
    reference, browser, api = draft(world, "jonas.weber"), world.web("jonas.weber"), world.api("jonas.weber")
    lines = list(stored(reference).lines.values())
    answer = browser.post(f"/claims/{reference}/{path}", {})
    assert answer.status_code in {200, 301, 302, 404}
    assert api.send("POST", f"claims/{reference}/{path}").status_code in {301, 404}
    assert list(stored(reference).lines.values()) == lines
    assert stored(reference).state == "editing"


@both_databases
def test_a_reference_that_is_none_is_nowhere(world: World) -> None:
    browser, api = world.web("jonas.weber"), world.api("jonas.weber")
    for reference in ["%00", "a%00b", "%F0%9F%92%A9", "%ff", "CP-" + "A" * 5000, "'; drop table", "-1"]:
        assert browser.get(f"/claims/{reference}/").status_code == 404
        assert api.send("GET", f"claims/{reference}/").status_code == 404


@both_databases
def test_any_query_of_a_list_is_answered(world: World) -> None:
    reference = sent(world, "jonas.weber")
    partner, reviewer = world.web("jonas.weber"), world.web("nadia.okafor")
    for query in ["after=%00", "after=%ff", "after=" + "A" * 5000, "after=a&after=b", "after", "x=%00"]:
        assert reference in read(partner, f"/claims/?{query}")
        assert reference in read(reviewer, f"/review/?{query}")


@pytest.mark.parametrize("seen", ["", "x", "0" * 16, "9" * 400, "²", "\x00", "1 "])
def test_a_fingerprint_that_is_none_overwrites_nothing_typed_meanwhile(world: World, seen: str) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    form = step_of(claim_of(mpn_id=demo.LYON), Step.WORK, seen=seen)
    assert browser.post(f"/claims/{reference}/edit/work/", form).status_code == 409
    assert stored(reference).mpn_id == demo.ROTTERDAM


@both_databases
@pytest.mark.parametrize("version", ["x", "-1", "0", "1.0", "9" * 400, "²", "\x00", "1 "])
def test_a_version_that_is_none_is_no_crash(world: World, version: str) -> None:
    reference, browser = draft(world, "jonas.weber", name=""), world.web("jonas.weber")
    assert browser.post(f"/claims/{reference}/submit/", {"version": version}).status_code in {409, 422}
    assert stored(reference).state == "editing"


def test_unknown_keys_and_read_only_ones_are_left_alone(world: World) -> None:
    extra = {
        "state": "approved",
        "reference": "CP-1",
        "partner": 1,
        "due_at": "2020-01-01",
        "__proto__": {"a": 1},
        "\ud800": 1,
    }
    made = world.api("jonas.weber").send("POST", "claims/", claim_of(**extra)).json()
    claim = stored(made["reference"])
    assert (claim.state, claim.partner.name, claim.due_at) == ("editing", demo.HALDEN, None)
    assert "__proto__" not in made
