"""All addresses of the site."""

from django.urls import include, path
from django.views.generic import RedirectView

from partners.views import language

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("language/", language, name="set_language"),
    path("api/v1/", include("cpor.api")),
    path("claims/", include("claims.urls")),
    path("messages/", include("events.urls")),
    path("review/", include("arbitration.urls")),
    path("", RedirectView.as_view(pattern_name="claims:list"), name="home"),
]

handler400 = "cpor.errors.bad_request"
handler403 = "cpor.errors.permission_denied"
handler404 = "cpor.errors.not_found"
handler500 = "cpor.errors.server_error"
