"""Which lines of an interface find rows of companies and people by themselves, not through who may see them."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

# Rows that belong to a company or a person, and the files of interfaces, which must not find them by themselves.
OF_TENANTS = frozenset(
    """Association Case Citation Claim ClaimLine Comment Consent Coverage Evidence InformationRequest Judge LineReview
    Look Lookup Note Party Revocation SupportRequest Verdict CaseDraft Decision Letter Ruling ApiToken Conflict
    Enrollment EnrollmentPeriod IdempotencyKey Invitation Membership MembershipMpnId MpnId Partner Event MailChoice
    Notification""".split()
)
INTERFACE_FILES = {"views", "api", "forms", "presenters", "downloads"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# What may be asked of a manager there: what somebody sees; what hangs on rows that were seen; what a link lets see.
# Related managers are free, and so is what `Prefetch` binds to the rows it is for.
DOORS = {"visible_to", "of", "by_token"}


def reached_by_itself(path: str, text: str) -> Iterator[int]:
    """The numbers of those lines of a file; none of a file that is no interface."""
    if not INTERFACE_FILES & set(PurePosixPath(path).with_suffix("").parts[1:]):
        return
    nodes = list(ast.walk(ast.parse(text)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    named = {
        alias.asname or alias.name: alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    bound = {id(node) for call in calls if ast.unparse(call.func).endswith("Prefetch") for node in ast.walk(call)}
    doors = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in DOORS}
    reached = [
        (node.lineno, node.value)
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in bound | doors
    ]
    reached += [
        (call.lineno, call.args[0]) for call in calls if ast.unparse(call.func).endswith("_or_404") and call.args
    ]
    for line, value in reached:
        model = ast.unparse(value)
        if named.get(model, model.rpartition(".")[2]) in OF_TENANTS:
            yield line
