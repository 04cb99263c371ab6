"""The operator's own pages: enrolment desk, companies, programmes, people, the log. Admins act, auditors read."""

from tests.isolation.expectation import Row, row

# Everybody else is refused before anything is looked up.
DESK = "desk: nothing; signed_in: forbidden; signed_out: sign_in"
ADMIN = "admin: nothing; signed_in: forbidden; signed_out: sign_in"
READ = f"desk_of: page; {DESK}"
ASKED = f"admin_of: page; {ADMIN}"
ACT = f"admin_of: done; {ADMIN}"

OPERATOR: dict[str, Row] = {
    # Enrolments
    "enrolling:list": row(GET="desk: page"),
    "enrolling:invite": row(GET="admin: page", POST="admin: done"),
    "enrolling:enrollment": row("enrollment", GET=READ),
    "enrolling:decide": row("enrollment", POST=ACT),
    "enrolling:end": row("enrollment", GET=ASKED, POST=ACT),
    "enrolling:suspend": row("enrollment", GET=ASKED, POST=ACT),
    # Companies and programmes
    "enrolling:companies": row(GET="desk: page"),
    "enrolling:new_company": row(GET="admin: page", POST="admin: done"),
    "enrolling:company": row("company", GET=READ),
    "enrolling:change_company": row("company", GET=ASKED, POST=ACT),
    "enrolling:invite_admin": row("company", GET=ASKED, POST=ACT),
    "enrolling:new_mpn_id": row("company", GET=ASKED, POST=ACT),
    "enrolling:mpn_id": row("company", GET=ASKED, POST=ACT),
    "enrolling:programs": row(GET="desk: page"),
    "enrolling:new_program": row(GET="admin: page", POST="admin: done"),
    "enrolling:program": row("program", GET=ASKED, POST=ACT),
    "enrolling:renewal": row("program", GET=READ, POST=f"admin_of: done; desk_of: forbidden; {DESK}"),
    # Calendar and policy
    "operator:calendar": row(GET="desk: page"),
    "operator:calendar_change": row(GET="admin: page"),
    "operator:calendar_confirm": row(POST="admin: done"),
    "operator:policy": row(GET="desk: page"),
    "operator:policy_new": row(GET="admin: page"),
    "operator:policy_change": row(GET="admin: page"),
    "operator:policy_confirm": row(POST="admin: done"),
    "operator:policy_remove": row("policy", GET=ASKED, POST=ACT),
    # People
    "people": row(GET="desk: page"),
    "people_invite": row(GET="admin: page", POST="admin: done"),
    "person": row("at_operator", GET=READ, POST=ACT),
    "person_dismiss": row("at_operator", GET=ASKED, POST=ACT),
    "person_conflict": row("at_operator", POST=ACT),
    "person_end_conflict": row("at_operator", POST=ACT),
    "arbitration:given_back": row(
        "gave_back",
        GET="operators_of: page; operators: nothing; signed_in: forbidden; signed_out: sign_in",
        POST="leads_of: done; operators_of: forbidden; operators: nothing; signed_in: forbidden; signed_out: sign_in",
    ),
    # Reports
    "reports:page": row(GET="overseers: page"),
    "reports:file": row(GET="overseers: page"),
    # The log
    "audit:list": row(GET="desk: page"),
    "audit:readings": row(GET="desk: page"),
    "audit:event": row("event", GET=READ),
    "audit:export": row(POST="desk: done"),
    "audit:verify": row(POST="desk: done"),
    "audit:chains": row(GET="desk: page"),
    "audit:erase": row(GET="admin: page", POST="admin: done"),
}
