"""All addresses of the site."""

from django.urls import include, path

from arbitration.views import audit, calendar, person, policy, reports
from arbitration.views.erase import erase
from claims.views import support
from claims.views.associations import association_list
from claims.views.customer import customer_page
from claims.views.enrollments import end_enrollment, suspend_enrollment
from claims.views.help import help_page
from claims.views.home import home
from claims.views.incentives import incentives
from claims.views.leaving import remove
from partners.urls import enrolling
from partners.views import invitations, people, team
from partners.views.mails import parked_mails
from partners.views.personal import language, saved_view

audit_pages = [
    path("", audit.event_list, name="list"),
    path("readings/", audit.event_list, {"readings": True}, name="readings"),
    path("events/<int:pk>/", audit.event_page, name="event"),
    path("export/", audit.export, name="export"),
    path("verify/", audit.verify, name="verify"),
    path("chains/", audit.chains, name="chains"),
    path("erase/", erase, name="erase"),
]
report_pages = [
    path("", reports.report, name="page"),
    path("<slug:part>.csv", reports.report_file, name="file"),
]
# Of the enrolment desk, but with the claims in view that hang on it.
stopping = [
    path("enrolments/<int:pk>/end/", end_enrollment, name="end"),
    path("enrolments/<int:pk>/suspend/", suspend_enrollment, name="suspend"),
]
desks = [
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("calendar/change/", calendar.preview_change, name="calendar_change"),
    path("calendar/confirm/", calendar.confirm_change, name="calendar_confirm"),
    path("policy/", policy.policy_page, name="policy"),
    path("policy/new/", policy.new_policy, name="policy_new"),
    path("policy/change/", policy.preview_policy, name="policy_change"),
    path("policy/confirm/", policy.confirm_policy, name="policy_confirm"),
    path("policy/<int:pk>/remove/", policy.remove, name="policy_remove"),
]
urlpatterns = [
    path("accounts/", include("partners.urls.sign_in")),
    path("language/", language, name="set_language"),
    path("views/", saved_view, name="saved_view"),
    path("api/v1/", include("cpor.api")),
    path("claims/", include("claims.urls")),
    path("associations/", include(([path("", association_list, name="list")], "associations"))),
    path("customer/<str:token>/", customer_page, name="customer"),
    path("team/", team.team_list, name="team"),
    path("team/invite/", team.invite, name="team_invite"),
    path("team/<int:pk>/", team.member, name="team_member"),
    path("team/<int:pk>/remove/", remove, name="team_remove"),
    path("invitations/<int:pk>/again/", invitations.again, name="invite_again"),
    path("invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("invitation/<str:token>/", invitations.invitation_page, name="invitation"),
    path("operator/people/", people.people_list, name="people"),
    path("operator/people/invite/", people.invite, name="people_invite"),
    path("operator/people/<int:pk>/", person.person, name="person"),
    path("operator/people/<int:pk>/dismiss/", person.dismiss_person, name="person_dismiss"),
    path("operator/people/<int:pk>/conflicts/", person.conflict, name="person_conflict"),
    path("operator/people/<int:pk>/conflicts/<int:partner_id>/", person.end_conflict, name="person_end_conflict"),
    path("enrolment/", incentives, name="incentives"),
    path("enrolment/", include((enrolling.company, "enrollment"))),
    path("operator/", include(([*stopping, *enrolling.desk], "enrolling"))),
    path("messages/parked/", parked_mails, name="parked_mails"),
    path("messages/", include("events.urls")),
    path("review/", include("arbitration.urls")),
    path("operator/audit/", include((audit_pages, "audit"))),
    path("help/", help_page, name="help"),
    path("operator/reports/", include((report_pages, "reports"))),
    path("support/", support.anywhere, name="support"),
    path("support/<slug:number>/", support.sent, name="support_sent"),
    path("operator/", include((desks, "operator"))),
    path("", home, name="home"),
]

handler400 = "cpor.errors.bad_request"
handler403 = "cpor.errors.permission_denied"
handler404 = "cpor.errors.not_found"
handler500 = "cpor.errors.server_error"
