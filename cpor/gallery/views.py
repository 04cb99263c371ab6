"""The page of components, and the pages of errors as they stand for themselves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from cpor.gallery.specimens import Section, Specimen, sections

ERRORS = {400: "errors/400.html", 403: "errors/403.html", 404: "errors/404.html", 413: "errors/413.html"}
ERRORS |= {429: "errors/429.html", 500: "errors/500.html", 503: "errors/503.html"}


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All sections, each specimen drawn by the template that pages use."""
    drawn = [(section, [(one, _drawn(request, one)) for one in section.specimens]) for section in _sections()]
    return render(request, "gallery/components.html", {"sections": drawn, "errors": ERRORS})


@require_safe
def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """An error as somebody meets it, with its status."""
    if status not in ERRORS:
        raise Http404
    return render(request, ERRORS[status], status=status)


def _sections() -> list[Section]:
    """In English, whatever the reader's language: a specimen says for itself when it is Spanish."""
    with translation.override("en"):
        return sections()


def _drawn(request: HttpRequest, specimen: Specimen) -> str:
    with translation.override(specimen.language):
        return render_to_string(specimen.template, specimen.context, request)
