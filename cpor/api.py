"""All addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from arbitration.api import cases
from arbitration.api.queue import Queue, QueueNext
from directory.api import Products
from partners.api import MpnIds

urlpatterns = [
    path("", include("claims.api.urls")),
    path("mpn-ids/", MpnIds.as_view()),
    path("queue/", Queue.as_view()),
    path("queue/next/", QueueNext.as_view()),
    path("cases/<int:pk>/", cases.CaseDetail.as_view()),
    path("cases/<int:pk>/request-information/", cases.CaseRequestInformation.as_view()),
    path("cases/<int:pk>/decide/", cases.CaseDecide.as_view()),
    path("cases/<int:pk>/second/", cases.CaseSecond.as_view()),
    path("cases/<int:pk>/return/", cases.CaseReturn.as_view()),
    path("products/", Products.as_view()),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
]
