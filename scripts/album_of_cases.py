"""Pictures of cases between partners, of disputes, and of the customer's page."""

from __future__ import annotations

import quopri
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.album import Album

COLLEAGUE, ADMIN = "ines.moreau@haldencloud.example", "tomas.reyes@haldencloud.example"
REVIEWER, LEAD = "nadia.okafor@northgate.example", "samuel.lind@northgate.example"


def between_partners(album: Album, data: Path) -> None:
    """Cases, disputes and the customer's page, as the demo begins."""
    page = album.person(REVIEWER)
    for name, title in (("cases", ""), ("case", "Customer Service"), ("case-proposed", "SharePoint")):
        page.goto("/review/cases/")
        if title:
            page.get_by_role("link", name=title).first.click()
        album.take(page, name)
    page.goto("/review/cases/?show=over")
    album.take(page, "cases-over")
    page = album.person(LEAD)
    page.goto("/review/cases/")
    page.get_by_role("link", name="Viva Engage").first.click()
    album.take(page, "case-disputed")
    page = album.person(COLLEAGUE)
    page.goto("/claims/")
    page.get_by_role("link", name="Communities of the drivers").click()
    album.take(page, "claim-disputed")
    page = album.person(ADMIN)
    page.goto("/claims/")
    page.get_by_role("link", name="Devices of the drivers").click()
    album.take(page, "claim-waits-for-customer")
    page.get_by_role("link", name="Dispute").click()
    album.take(page, "dispute")
    page = album.stranger()
    page.goto(customers_link(data))
    album.take(page, "customer")
    page.goto("/customer/nothing/")
    album.take(page, "customer-unknown")


def customers_link(data: Path) -> str:
    """The address in the mail to a customer, once it has gone out."""
    for _second in range(60):
        for mail in sorted((data / "mail").glob("*")):
            found = re.search(r"/customer/[\w.=-]+/", quopri.decodestring(mail.read_bytes()).decode(errors="replace"))
            if found:
                return found[0]
        time.sleep(1)
    raise SystemExit("No mail to a customer has gone out.")
