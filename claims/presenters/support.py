"""What a request to support is about: the findings of a draft, the refused lines of a claim, or what a page said."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.actions.support import Topic
from claims.models import Claim
from claims.requirements import Reason
from claims.rules.findings import Finding
from claims.rules.texts import TEXTS

# Refusals that are no finding: by page, or as a problem of the API.
PROBLEMS: dict[str, str | Promise] = {
    "permission_denied": gettext_lazy("Your role does not allow this"),
    "not_found": gettext_lazy("There is nothing here that you may see"),
    "lookup_limit": gettext_lazy("Too many look-ups."),
    "too_many_tries": gettext_lazy("There were too many tries in a short time"),
    "bad_request": gettext_lazy("We could not read that request"),
    "body_too_large": gettext_lazy("That is more than we can take at once"),
    "page_too_old": gettext_lazy("This page stood open too long"),
    "storage_unavailable": gettext_lazy("This document cannot be read just now"),
    "enrollment_state": gettext_lazy("The enrolment does not allow this now"),
    "by_invitation": gettext_lazy("One enrols in this programme by invitation"),
    "last_global_admin": gettext_lazy("Your company needs a global admin for all of it"),
    "wider_than_own": gettext_lazy("You keep the team for chosen MPN IDs only"),
    "too_many_invitations": gettext_lazy("Too many invitations were sent in a day"),
    "server_error": gettext_lazy("Something broke on our side"),
}


def of_findings(findings: Sequence[Finding]) -> list[Topic]:
    """What the rules say, with what they would have one do."""
    return [Topic(finding.code, finding.field, f"{finding.message} {finding.remedy}".strip()) for finding in findings]


def of_lines(claim: Claim) -> list[Topic]:
    """The products of a claim that were refused, or ended, and why."""
    topics = []
    for place, line in enumerate(claim.lines.all()):
        if line.reason in Reason.values:
            values = {"product": line.product_name, "reason": Reason(line.reason).label}
            topics.append(Topic(line.reason, f"lines.{place}", _("%(product)s: %(reason)s") % values))
    return topics


def of_code(code: str, field: str) -> list[Topic]:
    """What a page or a problem said, by its code; nothing for a code that is none."""
    if code in TEXTS:
        return [Topic(code, field, Finding(code, field).title)]
    return [Topic(code, field, str(PROBLEMS[code]))] if code in PROBLEMS else []
