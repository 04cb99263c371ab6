"""Addresses below `/api/v1/claims/`."""

from django.urls import path

from claims.api import views

urlpatterns = [
    path("claims/preflight/", views.Preflight.as_view()),
    path("claims/", views.ClaimList.as_view()),
    path("claims/<slug:reference>/", views.ClaimDetail.as_view()),
    path("claims/<slug:reference>/submit/", views.ClaimSubmit.as_view()),
    path("claims/<slug:reference>/comments/", views.ClaimComments.as_view()),
]
