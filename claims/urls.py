"""Addresses below `/claims/`."""

from django.urls import path

from claims.views import drafts, pages

app_name = "claims"

urlpatterns = [
    path("", pages.claim_list, name="list"),
    path("new/", drafts.new, name="new"),
    path("<slug:reference>/", pages.claim_page, name="page"),
    path("<slug:reference>/comments/", pages.comment, name="comment"),
    path("<slug:reference>/edit/", drafts.edit, name="edit"),
    path("<slug:reference>/check/", drafts.check_fields, name="check"),
    path("<slug:reference>/lines/", drafts.add_line, name="add_line"),
    path("<slug:reference>/lines/<int:index>/remove/", drafts.remove_line, name="remove_line"),
    path("<slug:reference>/submit/", drafts.submit, name="submit"),
    path("<slug:reference>/delete/", drafts.delete, name="delete"),
]
