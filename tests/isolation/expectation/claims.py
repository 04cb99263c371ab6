"""Pages of claims and of what is held."""

from tests.isolation.expectation import Row, row

# Whose session has ended finds nothing, with the way to sign in, where files may come: none are read of them.
GONE = "signed_out: nothing"

CLAIMS: dict[str, Row] = {
    "claims:list": row(GET="operators: back; signed_in: page"),
    "claims:new": row(POST="claimants: done"),
    "claims:bulk": row(
        "sent", GET="partners: page; signed_in: back; signed_out: sign_in", POST="partners: done; signed_in: back"
    ),
    "associations:list": row(GET="signed_in: page"),
    # One claim
    "claims:page": row("sent", GET="seers: page"),
    "claims:comment": row("sent", GET="seers: back", POST=f"partners: done; reviewers: done; seers: back; {GONE}"),
    "claims:copy": row("sent", GET="seers: back", POST="partners: done; seers: back"),
    "claims:withdraw": row("sent", GET="partners: page; seers: back", POST="partners: done; seers: back"),
    "claims:dispute": row("rejected", GET="seniors: page; seers: back", POST="seniors: done; seers: back"),
    "claims:give_up": row("approved", GET="seniors: page", POST="seniors: done"),
    "claims:correct_contact": row("approved", GET="partners: page", POST="partners: done"),
    "claims:revoke": row("approved", GET="leads: page", POST="leads: done"),
    "claims:support": row("sent", GET="partners: page", POST="partners: done"),
    # Its proof
    "claims:proof_template": row("sent", GET="seers: page"),
    "claims:proof_parts": row("sent", GET="seers: page"),
    "claims:add_evidence": row("sent", GET="seers: back", POST=f"partners: done; seers: back; {GONE}"),
    "claims:evidence": row("sent", GET="seers: done"),
    "claims:page_picture": row("held", GET="seers: done"),
    "claims:leaf": row("draft", GET="partners: page; seers: back"),
    "claims:remove_evidence": row("draft", GET="seers: back", POST=f"partners: done; {GONE}"),
    "claims:coverage": row("draft", GET="seers: back", POST=f"partners: done; {GONE}"),
    # Written and sent: nobody but its company knows of a draft
    "claims:edit": row("sent", GET="partners: page; seers: back", POST="partners: done; seers: back"),
    "claims:step": row("draft", GET="partners: page", POST="partners: done"),
    "claims:check": row("draft", POST="partners: done"),
    "claims:add_line": row("draft", GET="signed_in: back", POST="partners: done"),
    "claims:remove_line": row("draft", GET="signed_in: back", POST="partners: done"),
    "claims:submit": row("draft", GET="signed_in: back", POST="partners: done"),
    "claims:delete": row("draft", GET="partners: page", POST="partners: done"),
    # Its desk: partners are led to their own page of it, or find nothing
    "claims:take": row("sent", GET="seers: back", POST="reviewers: done; seers: forbidden"),
    "claims:release": row("held", GET="seers: back", POST="holder: done; leads: done; seers: forbidden"),
    "claims:reassign": row("held", GET="seers: back", POST="leads: done; seers: forbidden"),
    "claims:review": row("held", GET="readers: page; seers: back"),
    "claims:review_line": row("held", GET="seers: back", POST="holder: done; seers: back"),
    "claims:finish_review": row("contested", GET="seers: back", POST="holder: done; seers: forbidden"),
    "claims:looking": row("held", GET="readers: done"),
    "claims:note": row("held", GET="seers: back", POST="reviewers: done; seers: back"),
    # The customer's: who has the link needs no account
    "customer": row(
        "approved", GET="link_holders: page; everybody: nothing", POST="link_holders: done; everybody: nothing"
    ),
}
