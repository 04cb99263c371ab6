"""Addresses below `/review/`."""

from django.urls import path

from arbitration.views import cases, deciding, given_back, queue

app_name = "arbitration"

urlpatterns = [
    path("", queue.claims_to_review, name="list"),
    path("counts/", queue.counted, name="counts"),
    path("next/", queue.next_claim, name="next"),
    path("given-back/<int:pk>/", given_back.given_back, name="given_back"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/<int:pk>/", cases.case_page, name="case"),
    path("cases/<int:pk>/draft/", deciding.draft, name="case_draft"),
    path("cases/<int:pk>/ask/", deciding.ask, name="case_ask"),
    path("cases/<int:pk>/decide/", deciding.decide, name="case_decide"),
    path("cases/<int:pk>/second/", deciding.second, name="case_second"),
    path("cases/<int:pk>/return/", deciding.send_back, name="case_return"),
]
