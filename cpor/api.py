"""All addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from arbitration.api import Queue, QueueNext
from directory.api import Products
from partners.api import MpnIds

urlpatterns = [
    path("", include("claims.api.urls")),
    path("mpn-ids/", MpnIds.as_view()),
    path("queue/", Queue.as_view()),
    path("queue/next/", QueueNext.as_view()),
    path("products/", Products.as_view()),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
]
