"""Addresses of the enrolment desk, below `/operator/`, and of a company's enrolments, below `/enrolment/`."""

from django.urls import path

from partners.views import companies, enroll, enrollments, inviting, programs

desk = [
    path("enrolments/", enrollments.enrollment_list, name="list"),
    path("enrolments/invite/", inviting.invite_list, name="invite"),
    path("enrolments/<int:pk>/", enrollments.enrollment_page, name="enrollment"),
    path("enrolments/<int:pk>/<slug:verb>/", enrollments.decide, name="decide"),
    path("companies/", companies.company_list, name="companies"),
    path("companies/new/", companies.new_company, name="new_company"),
    path("companies/<int:pk>/", companies.company_page, name="company"),
    path("companies/<int:pk>/change/", companies.change_company, name="change_company"),
    path("companies/<int:pk>/invite/", companies.invite_admin, name="invite_admin"),
    path("companies/<int:pk>/mpn-ids/new/", companies.new_mpn_id, name="new_mpn_id"),
    path("mpn-ids/<slug:number>/", companies.change_place, name="mpn_id"),
    path("programmes/", programs.program_list, name="programs"),
    path("programmes/new/", programs.new_program, name="new_program"),
    path("programmes/<slug:code>/", programs.change_program_page, name="program"),
    path("programmes/<slug:code>/renewal/<int:year>/", programs.renewal, name="renewal"),
]
company = [path("<slug:number>/<slug:code>/", enroll.enroll, name="enroll")]
