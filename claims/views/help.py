"""The page *Help*: what people ask, and every rule by its code."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from claims.calendars import policy_and_calendar
from claims.intake import read_words
from claims.presenters.help import LONGEST_QUERY, QUESTIONS, found, words_of


class SearchForm(forms.Form):
    """One box, drawn with what the address says."""

    q = forms.CharField(
        label=_("Search help"),
        help_text=_("Words in English or Spanish, or a code such as mpn_not_enrolled."),
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "aria-describedby": "help-q_helptext"}),
    )

    def __init__(self, query: str) -> None:
        super().__init__(initial={"q": query}, auto_id="help-%s", use_required_attribute=False)


@login_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """For everybody who is signed in, with the lengths of today's policy; one query of its own."""
    query = read_words(request.GET.get("q", ""))[:LONGEST_QUERY].strip()
    policy, _calendar = policy_and_calendar(timezone.now())
    words = words_of(query)
    sections = found(words, policy)
    context: dict[str, Any] = {
        "form": SearchForm(query),
        "query": query if words else "",
        "sections": sections,
        "questions": sections[:QUESTIONS],
        "codes": sections[QUESTIONS:],
        "number": sum(len(section.entries) for section in sections),
    }
    return render(request, "help/page.html", context)
