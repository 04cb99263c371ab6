"""Pictures of start pages, of what companies keep, and of the desks of the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.album import Album

PARTNER, PARTNERS_ADMIN = "jonas.weber@haldencloud.example", "tomas.reyes@haldencloud.example"
REVIEWER, LEAD = "nadia.okafor@northgate.example", "samuel.lind@northgate.example"
ADMIN, AUDITOR = "elena.ruiz@northgate.example", "hugo.brandt@northgate.example"


def starts(album: Album) -> None:
    """Where people begin, what they are told, and where they find help."""
    for name, email in (("partner", PARTNER), ("partners-admin", PARTNERS_ADMIN)):
        page = album.person(email)
        page.goto("/")
        album.take(page, f"home-{name}")
    for name, email in (("reviewer", REVIEWER), ("lead", LEAD)):
        page = album.person(email)
        page.goto("/review/")
        album.take(page, f"queue-{name}")
    page = album.person(PARTNER)
    for name, path in (
        ("list-full", "claims/"),
        ("list-nothing-found", "claims/?q=nothing-is-called-this"),
        ("messages-full", "messages/"),
        ("messages-choices", "messages/mail/"),
        ("help", "help/"),
        ("help-found", "help/?q=subscription"),
        ("help-nothing", "help/?q=nothing-has-this"),
        ("support", "support/?code=domain_unverified"),
        ("password", "accounts/password/change/"),
        ("second-step", "accounts/2fa/app/"),
        ("passkey", "accounts/passkeys/add/"),
        ("components", "components/"),
    ):
        page.goto(f"/{path}")
        album.take(page, name)
    for status in (400, 403, 404, 413, 429, 500, 503):
        page.goto(f"/components/errors/{status}/")
        album.take(page, f"error-{status}")


def sides(album: Album) -> None:
    """What a company keeps: associations, enrolments, its team."""
    from partners.models import User

    page = album.person(PARTNERS_ADMIN)
    jonas = User.objects.get(email=PARTNER).pk
    for name, path in (
        ("associations", "associations/"),
        ("incentives", "enrolment/"),
        ("team", "team/"),
        ("team-member", f"team/{jonas}/"),
        ("team-remove", f"team/{jonas}/remove/"),
        ("team-invite", "team/invite/"),
    ):
        page.goto(f"/{path}")
        album.take(page, name)
    page.goto("/enrolment/")
    page.locator("main td a").first.click()
    album.take(page, "incentives-enrol")


def desks(album: Album) -> None:
    """The operator's: enrolment, people, calendar, policy, the log, reports."""
    from events.models import Event
    from partners.models import Enrollment, Partner, User

    admin, lead = album.person(ADMIN), album.person(LEAD)
    enrolled = Enrollment.objects.filter(program__code="osu-ba", state="active").first()
    assert enrolled
    company, pieter = Partner.objects.order_by("pk")[0].pk, User.objects.get(email__startswith="pieter.vos").pk
    year = enrolled.program.year_end(enrolled.changed_at.date()).year
    for name, path in (
        ("enrolments", "enrolments/"),
        ("enrolments-invite", "enrolments/invite/"),
        ("enrolment", f"enrolments/{enrolled.pk}/"),
        ("enrolment-end", f"enrolments/{enrolled.pk}/end/"),
        ("enrolment-suspend", f"enrolments/{enrolled.pk}/suspend/"),
        ("companies", "companies/"),
        ("company-new", "companies/new/"),
        ("company", f"companies/{company}/"),
        ("company-change", f"companies/{company}/change/"),
        ("mpn-id-new", f"companies/{company}/mpn-ids/new/"),
        ("mpn-id", f"mpn-ids/{enrolled.mpn_id.number}/"),
        ("programmes", "programmes/"),
        ("programme-new", "programmes/new/"),
        ("programme", "programmes/osu-ba/"),
        ("renewal", f"programmes/osu-ba/renewal/{year}/"),
        ("people", "people/"),
        ("people-invite", "people/invite/"),
        ("person", f"people/{pieter}/"),
        ("person-dismiss", f"people/{pieter}/dismiss/"),
        ("calendar", "calendar/"),
        ("policy", "policy/"),
        ("policy-new", "policy/new/"),
        ("audit", "audit/"),
        ("audit-readings", "audit/readings/"),
        ("audit-event", f"audit/events/{Event.objects.latest('pk').pk}/"),
        ("audit-export", "audit/export/"),
        ("audit-erase", "audit/erase/"),
    ):
        admin.goto(f"/operator/{path}")
        album.take(admin, name)
    for name, path in (("reports", ""), ("reports-reviewers", "?by=reviewer")):
        lead.goto(f"/operator/reports/{path}")
        album.take(lead, name)
