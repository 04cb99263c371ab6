"""All addresses of the site."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from claims.views.associations import association_list
from partners.views import closed, language, parked_mails

urlpatterns = [
    # An address is given by an import and tells who one is: nobody takes another one by themselves.
    re_path(r"^accounts/(?:email|confirm-email)/", closed),
    path("accounts/", include("allauth.account.urls")),
    path("language/", language, name="set_language"),
    path("api/v1/", include("cpor.api")),
    path("claims/", include("claims.urls")),
    path("associations/", include(([path("", association_list, name="list")], "associations"))),
    path("messages/parked/", parked_mails, name="parked_mails"),
    path("messages/", include("events.urls")),
    path("review/", include("arbitration.urls")),
    path("", RedirectView.as_view(pattern_name="claims:list"), name="home"),
]

handler400 = "cpor.errors.bad_request"
handler403 = "cpor.errors.permission_denied"
handler404 = "cpor.errors.not_found"
handler500 = "cpor.errors.server_error"
