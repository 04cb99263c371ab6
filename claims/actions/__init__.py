"""The verbs on a claim: each one function, one transaction, one history. Nothing else writes a claim."""

from claims.actions.checks import check_line
from claims.actions.comments import add_comment
from claims.actions.contact import correct_contact
from claims.actions.copy import copied_content, copy_claim
from claims.actions.coverage import mark, replace_marks, unmark
from claims.actions.decide import approve_line, reject_line
from claims.actions.dispute import dispute_claim
from claims.actions.drafts import create_draft, delete_draft, save_draft, untouched_draft
from claims.actions.edit import edit_claim
from claims.actions.ending import disassociate
from claims.actions.evidence import add_evidence, read_evidence, read_page, remove_evidence
from claims.actions.finish import record_review
from claims.actions.hearing import answer_request
from claims.actions.inquiry import request_information, respond
from claims.actions.notes import add_note
from claims.actions.review import reassign_claim, release_claim, take_claim
from claims.actions.revoke import drop_revocation, revoke_line
from claims.actions.submit import submit_claim
from claims.actions.withdraw import withdraw_claim

__all__ = [
    "add_comment",
    "add_evidence",
    "add_note",
    "answer_request",
    "approve_line",
    "check_line",
    "copied_content",
    "copy_claim",
    "correct_contact",
    "create_draft",
    "delete_draft",
    "disassociate",
    "dispute_claim",
    "drop_revocation",
    "edit_claim",
    "mark",
    "read_evidence",
    "read_page",
    "reassign_claim",
    "record_review",
    "reject_line",
    "release_claim",
    "remove_evidence",
    "replace_marks",
    "request_information",
    "respond",
    "revoke_line",
    "save_draft",
    "submit_claim",
    "take_claim",
    "unmark",
    "untouched_draft",
    "withdraw_claim",
]
