"""Addresses below `/review/`."""

from django.urls import path

from arbitration import views

app_name = "arbitration"

urlpatterns = [
    path("", views.claims_to_review, name="list"),
    path("counts/", views.counted, name="counts"),
    path("next/", views.next_claim, name="next"),
]
