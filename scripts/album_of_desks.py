"""Pictures of start pages, of what companies keep, and of the desks of the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scripts.album import Album

PARTNER, PARTNERS_ADMIN = "jonas.weber@haldencloud.example", "tomas.reyes@haldencloud.example"
REVIEWER, LEAD = "nadia.okafor@northgate.example", "samuel.lind@northgate.example"
ADMIN, AUDITOR = "elena.ruiz@northgate.example", "hugo.brandt@northgate.example"

# What an admin of the operator opens without looking for it.
DESKS = (
    ("enrolments", "/operator/enrolments/"),
    ("enrolments-all", "/operator/enrolments/?show=all"),
    ("enrolments-invite", "/operator/enrolments/invite/"),
    ("companies", "/operator/companies/"),
    ("company-new", "/operator/companies/new/"),
    ("mpn-id", "/operator/mpn-ids/6281940/"),
    ("programmes", "/operator/programmes/"),
    ("programme-new", "/operator/programmes/new/"),
    ("programme", "/operator/programmes/osu-ba/"),
    ("people", "/operator/people/"),
    ("people-invite", "/operator/people/invite/"),
    ("calendar", "/operator/calendar/"),
    ("policy", "/operator/policy/"),
    ("policy-new", "/operator/policy/new/"),
    ("audit", "/operator/audit/"),
    ("audit-readings", "/operator/audit/readings/"),
    ("audit-erase", "/operator/audit/erase/"),
    ("mails-parked", "/messages/parked/"),
)


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
    page = album.person(PARTNERS_ADMIN)
    page.goto("/team/")
    jonas = led_to(page, "Jonas Weber")
    for name, path in (
        ("associations", "/associations/"),
        ("incentives", "/enrolment/"),
        ("team", "/team/"),
        ("team-member", jonas),
        ("team-remove", f"{jonas}remove/"),
        ("team-invite", "/team/invite/"),
    ):
        page.goto(path)
        album.take(page, name)
    page.goto("/enrolment/")
    page.locator("main td a").first.click()
    album.take(page, "incentives-enrol")


def desks(album: Album) -> None:
    """The operator's: enrolment, people, calendar, policy, the log, reports."""
    admin, lead = album.person(ADMIN), album.person(LEAD)
    admin.goto("/operator/enrolments/?show=all")
    enrolled = led_to(admin)
    admin.goto("/operator/companies/")
    company = led_to(admin, "Halden Cloud Works")
    admin.goto("/operator/people/")
    pieter = led_to(admin, "Pieter Vos")
    admin.goto("/operator/audit/")
    event = str(admin.locator("td a[href*='/audit/events/']").first.get_attribute("href"))
    for name, path in (
        ("enrolment", enrolled),
        ("enrolment-end", f"{enrolled}end/"),
        ("enrolment-suspend", f"{enrolled}suspend/"),
        ("company", company),
        ("company-change", f"{company}change/"),
        ("mpn-id-new", f"{company}mpn-ids/new/"),
        ("person", pieter),
        ("person-dismiss", f"{pieter}dismiss/"),
        ("audit-event", event),
        *DESKS,
    ):
        admin.goto(path)
        album.take(admin, name)
    admin.goto("/operator/programmes/")
    admin.locator("a[href*='/renewal/']").first.click()
    album.take(admin, "renewal")
    for name, path in (("reports", ""), ("reports-reviewers", "?by=reviewer")):
        lead.goto(f"/operator/reports/{path}")
        album.take(lead, name)


def led_to(page: Page, name: str = "") -> str:
    """Where the row of a list leads that is called this, or the first one."""
    row = page.locator("td .cover", has_text=name).first if name else page.locator("td .cover").first
    return str(row.get_attribute("href"))
