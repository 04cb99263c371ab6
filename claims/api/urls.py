"""Addresses below `/api/v1/claims/`."""

from django.urls import path

from claims.api import associations, checks, customer, disputes, evidence, review, views

urlpatterns = [
    path("claims/preflight/", views.Preflight.as_view()),
    path("claims/", views.ClaimList.as_view()),
    path("claims/<slug:reference>/", views.ClaimDetail.as_view()),
    path("claims/<slug:reference>/submit/", views.ClaimSubmit.as_view()),
    path("claims/<slug:reference>/withdraw/", views.ClaimWithdraw.as_view()),
    path("claims/<slug:reference>/take/", review.ClaimTake.as_view()),
    path("claims/<slug:reference>/reassign/", review.ClaimReassign.as_view()),
    path("claims/<slug:reference>/record-review/", review.ClaimRecordReview.as_view()),
    path("claims/<slug:reference>/notes/", review.ClaimNotes.as_view()),
    path("claims/<slug:reference>/release/", review.ClaimRelease.as_view()),
    path("claims/<slug:reference>/request-information/", review.ClaimRequestInformation.as_view()),
    path("claims/<slug:reference>/respond/", review.ClaimRespond.as_view()),
    path("claims/<slug:reference>/checks/", checks.ClaimChecks.as_view()),
    path("claims/<slug:reference>/approve/", checks.ClaimApprove.as_view()),
    path("claims/<slug:reference>/reject/", checks.ClaimReject.as_view()),
    path("claims/<slug:reference>/copy/", views.ClaimCopy.as_view()),
    path("claims/<slug:reference>/evidence/", evidence.ClaimEvidence.as_view()),
    path("claims/<slug:reference>/evidence/<slug:key>/", evidence.EvidenceDetail.as_view()),
    path("claims/<slug:reference>/evidence/<slug:key>/content/", evidence.EvidenceContent.as_view()),
    path("claims/<slug:reference>/coverage/", evidence.ClaimCoverage.as_view()),
    path("claims/<slug:reference>/disassociate/", associations.ClaimDisassociate.as_view()),
    path("claims/<slug:reference>/dispute/", disputes.ClaimDispute.as_view()),
    path("claims/<slug:reference>/revoke/", disputes.ClaimRevoke.as_view()),
    path("claims/<slug:reference>/requests/", disputes.ClaimRequests.as_view()),
    path("claims/<slug:reference>/requests/<slug:key>/answer/", disputes.ClaimAnswer.as_view()),
    path("claims/<slug:reference>/correct-contact/", customer.ClaimCorrectContact.as_view()),
    path("claims/<slug:reference>/events/", views.ClaimEvents.as_view()),
    path("associations/", associations.AssociationList.as_view()),
    path("claims/<slug:reference>/comments/", views.ClaimComments.as_view()),
]
