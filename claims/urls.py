"""Addresses below `/claims/`."""

from django.urls import include, path

from claims.views import (
    associations,
    bulk,
    comments,
    contact,
    disputes,
    drafts,
    lists,
    pages,
    pictures,
    proof,
    support,
    template,
)
from claims.views.access import members_only
from claims.views.desk import holding, line, notes
from claims.views.desk import page as desk

app_name = "claims"

of_one_claim = [
    path("", members_only(pages.claim_page), name="page"),
    path("withdraw/", members_only(pages.withdraw), name="withdraw"),
    path("dispute/", members_only(disputes.dispute), name="dispute"),
    path("lines/<int:line_id>/revoke/", members_only(disputes.revoke), name="revoke"),
    path("lines/<int:line_id>/give-up/", members_only(associations.give_up), name="give_up"),
    path("contact/", members_only(contact.correct), name="correct_contact"),
    path("take/", members_only(holding.take), name="take"),
    path("release/", members_only(holding.release), name="release"),
    path("reassign/", members_only(holding.reassign), name="reassign"),
    path("review/", members_only(desk.review), name="review"),
    path("review/line/", members_only(line.line), name="review_line"),
    path("review/finish/", members_only(line.finish), name="finish_review"),
    path("review/looking/", members_only(desk.looking), name="looking"),
    path("review/note/", members_only(notes.note), name="note"),
    path("support/", members_only(support.of_claim), name="support"),
    path("copy/", members_only(pages.copy), name="copy"),
    path("comments/", members_only(comments.comment), name="comment"),
    path("proof-template/", members_only(template.proof_template), name="proof_template"),
    path("proof/", members_only(proof.parts), name="proof_parts"),
    path("evidence/", members_only(proof.add), name="add_evidence"),
    path("evidence/<slug:key>/", members_only(proof.download), name="evidence"),
    path("evidence/<slug:key>/pages/<int:page>/", members_only(pictures.picture), name="page_picture"),
    path("evidence/<slug:key>/remove/", members_only(proof.remove), name="remove_evidence"),
    path("pages/", members_only(proof.leaf), name="leaf"),
    path("coverage/", members_only(proof.coverage), name="coverage"),
    path("edit/", members_only(drafts.edit), name="edit"),
    path("edit/<slug:step>/", members_only(drafts.step), name="step"),
    path("check/", members_only(drafts.check_fields), name="check"),
    path("lines/", members_only(drafts.add_line), name="add_line"),
    path("lines/<int:index>/remove/", members_only(drafts.remove_line), name="remove_line"),
    path("submit/", members_only(drafts.submit), name="submit"),
    path("delete/", members_only(drafts.delete), name="delete"),
]
urlpatterns = [
    path("", lists.claim_list, name="list"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("new/", drafts.new, name="new"),
    path("<slug:reference>/", include(of_one_claim)),
]
