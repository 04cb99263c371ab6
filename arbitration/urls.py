"""Addresses below `/review/`."""

from django.urls import path

from arbitration import views

app_name = "arbitration"

urlpatterns = [path("", views.claims_to_review, name="list"), path("next/", views.next_claim, name="next")]
