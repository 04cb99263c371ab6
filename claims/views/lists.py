"""A company's claims: narrowed, searched, page by page."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qsl

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from claims.forms.choices import works_offered
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.presenters import page as present
from claims.search import LONGEST_TERM, Filters, after, narrowed, read_filters
from claims.states import OPEN_CLAIMS, ClaimState
from directory import lookup
from directory.lookup import Product
from partners.models import User
from partners.presenters.saved_views import saved_views
from partners.roles import standing_of

PAGE = 25
IN_BULK = frozenset({"delete", "withdraw"})


class FilterForm(forms.Form):
    """The controls above the list, drawn with what the address says."""

    q = forms.CharField(
        label=_("Search"),
        max_length=LONGEST_TERM,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Reference, customer, start of an ID")}),
    )
    work = forms.ChoiceField(label=_("Activity"))
    product = forms.ChoiceField(label=_("Product"))
    mpn = forms.CharField(
        label=_("MPN ID"), max_length=16, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "id"})
    )
    mine = forms.BooleanField(label=_("Only mine"), widget=forms.CheckboxInput(attrs={"value": "1"}))

    def __init__(self, filters: Filters, products: Iterable[Product]) -> None:
        initial = {**vars(filters), "mine": bool(filters.mine)}
        super().__init__(initial=initial, auto_id="list-%s", use_required_attribute=False)
        self.fields["work"].choices = [("", _("Every activity")), *works_offered()]  # type: ignore[attr-defined]
        offered = [(product.code, product.name) for product in products]
        self.fields["product"].choices = [("", _("Every product")), *offered]  # type: ignore[attr-defined]


@login_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """A company's claims, newest first; the operator's people have their own list."""
    user = cast("User", request.user)
    standing = standing_of(user)
    if standing.is_operator:
        return redirect("arbitration:list")
    products = lookup.products()
    filters = read_filters(request.GET, products={product.code for product in products})
    cursor = request.GET.get("after", "")[:12]
    claims = narrowed(after(Claim.objects.visible_to(user), cursor), filters, user)
    found = list(claims.order_by("-created_at", "-pk").prefetch_related("lines")[: PAGE + 1])
    prefetch_related_objects([claim for claim in found if claim.was_asked], "consents")
    shown = found[:PAGE]
    names = {product.code: product.name for product in products}
    path = reverse("claims:list")
    all_of_group = Filters(show=filters.show).query()
    now = timezone.now()
    rows = [_row(claim, names, user, now) for claim in shown]
    context = {
        "rows": rows,
        "in_bulk": {verb for row in rows for verb in row["in_bulk"]},
        "filters": filters,
        "all_of_group": _address(path, all_of_group) if filters.query() != all_of_group else "",
        "groups": _groups(filters, path),
        "form": FilterForm(filters, products),
        "next_url": "?" + filters.query(after=shown[-1].reference) if len(found) > PAGE else "",
        "first_url": _address(path, filters.query()) if cursor else "",
        "all_url": _address(path, filters.query(after=cursor, chosen="all")),
        "none_url": _address(path, filters.query(after=cursor)),
        "chosen": request.GET.get("chosen") == "all",
        "here": filters.query(after=cursor),
        "may_claim": standing.may_claim,
        "saved": saved_views(user, "claims", filters.query(), partial(_query, {product.code for product in products})),
    }
    return render(request, "claims/list.html", context)


def _query(products: Collection[str], given: Mapping[str, str]) -> str:
    return read_filters(given, products=products).query()


def list_address(query: str) -> str:
    """The list's address with the filters that a query string names, and nothing else of it."""
    try:
        given = dict(parse_qsl(query[:2000]))
    except ValueError:
        given = {}
    codes = {product.code for product in lookup.products()} if given.get("product") else set()
    cursor = given.get("after", "")[:12]
    return _address(reverse("claims:list"), read_filters(given, products=codes).query(after=cursor))


def list_behind(request: HttpRequest) -> str:
    """The list as the reader left it for this page, else the whole of it."""
    path = reverse("claims:list")
    address, _mark, query = request.headers.get("Referer", "").partition("?")
    own = address.partition("://")[2] == request.get_host() + path
    return list_address(query) if own else path


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _groups(filters: Filters, path: str) -> list[dict[str, Any]]:
    """The groups of states, each with its word, its address with the other filters kept, and whether it is shown."""
    words = {
        "": gettext("All"),
        "drafts": gettext("Drafts"),
        "operator": gettext("With the operator"),
        "you": gettext("Needs you"),
        "decided": pgettext("of claims", "Decided"),
        "withdrawn": pgettext("of claims", "Withdrawn"),
    }
    return [
        {"word": word, "url": _address(path, filters.query(show=show)), "current": filters.show == show}
        for show, word in words.items()
    ]


def _row(claim: Claim, names: Mapping[str, str], user: User, now: datetime) -> dict[str, Any]:
    verbs = allowed_verbs(user, claim)
    return {
        "claim": claim,
        "href": reverse("claims:edit", args=[claim.reference]) if "save_draft" in verbs else claim.path,
        "unsent": claim.state == ClaimState.EDITING,
        "chip": present.chip(claim),
        "due_day": present.due_day(claim) if claim.state in OPEN_CLAIMS else None,
        "late": claim.state != ClaimState.ACTION_REQUIRED and present.is_late(claim, now),
        "work": present.work(claim),
        "lines": [
            line.product_name or names.get(line.product, line.product) for line in claim.lines.all() if line.product
        ],
        "in_bulk": IN_BULK.intersection(verbs),
    }
