"""The site with the page of components: the demo's addresses."""

from django.urls import include, path

from cpor.gallery.views import components, error_page
from cpor.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("components/", components, name="components"),
    path("components/errors/<int:status>/", error_page, name="component_error"),
    path("", include("cpor.urls")),
]
