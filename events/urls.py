"""Addresses below `/messages/`."""

from django.urls import path

from events import views

app_name = "notifications"

urlpatterns = [
    path("", views.notices, name="list"),
    path("mail/", views.mail_choices, name="choices"),
    path("read/", views.read, name="read"),
]
