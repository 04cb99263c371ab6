"""Documents of a claim: added, removed, downloaded; and the marks that say what they prove."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from claims.actions import add_evidence, mark, read_evidence, remove_evidence, unmark
from claims.actions.coverage import MAX_MARKS, Mark
from claims.actions.evidence import admitted
from claims.downloads import as_download
from claims.errors import FileRefused, NotStored, StorageUnavailable, TransitionNotAllowed
from claims.forms import MarkForm, Step
from claims.intake import read_pages
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.presenters.desk import Place, read_place
from claims.presenters.documents import mark_form, proof, refusal_row, standing
from claims.presenters.leafing import leafing
from claims.presenters.refused import verbs_of_proof
from claims.rules.files import clean_name
from claims.rules.findings import Finding
from claims.states import ClaimState, Way
from claims.uploads import Upload
from claims.views.drafts.desk import Desk, desk_of
from claims.views.pages import BELOW, months_of, render_claim, visible_claim
from claims.views.receiving import takes_files
from partners.models import User
from partners.roles import standing_of


@dataclass(frozen=True)
class TurnedAway:
    """A file of a post that was not taken, and why."""

    name: str
    fault: Finding


def place_of(claim: Claim, fragment: str, **asked: str) -> str:
    """The page on which the claim's proof stands: a step of a draft, else the claim's own. `asked` fills its form."""
    address = claim.path if claim.state != ClaimState.EDITING else _step(claim)
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{address}{'?' if query else ''}{query}#{fragment}"


def _step(claim: Claim) -> str:
    return reverse("claims:step", args=[claim.reference, Step.PROOF.value])


def _no_files(request: HttpRequest, claim: Claim) -> HttpResponse:
    return _too_late(request, claim) if request.method == "POST" else redirect(place_of(claim, "documents"))


@takes_files("add_evidence", otherwise=_no_files)
def add(request: HttpRequest, claim: Claim, uploads: Sequence[Upload]) -> HttpResponse:
    """Takes files, each by itself: one that is refused costs no other. A script asks for JSON, one file at a time."""
    taken: list[tuple[Upload, Finding | None]] = []
    try:
        for upload in uploads:
            taken.append((upload, _take(request, claim, upload)))
    except TransitionNotAllowed:  # while the files were on their way
        return _too_late(request, claim, added=sum(fault is None for _upload, fault in taken))
    away = [TurnedAway(clean_name(upload.name), fault) for upload, fault in taken if fault]
    if request.headers.get("Accept") == "application/json":
        away = away if uploads else [TurnedAway("", Finding("required", "file"))]
        faults = [{"name": refused.name, **refusal_row(refused.fault)} for refused in away]
        return JsonResponse({"refused": faults})
    if away or not uploads:
        return show(request, claim, status=422, away=away, none_sent=not uploads)
    count = len(uploads)
    words = ngettext("%(count)s document is added.", "%(count)s documents are added.", count)
    messages.success(request, words % {"count": count})
    return redirect(place_of(claim, "documents"))


def _take(request: HttpRequest, claim: Claim, upload: Upload) -> Finding | None:
    """Enters one file, or says why not."""
    try:
        with admitted(upload, claim=claim, random=SystemRandom()) as file:
            add_evidence(claim=claim, file=file, actor=cast("User", request.user), now=timezone.now())
    except FileRefused as refusal:
        return refusal.findings[0]
    except NotStored:
        return Finding("file_not_stored", "file")
    return None


def _too_late(request: HttpRequest, claim: Claim, *, added: int = 0) -> HttpResponse:
    """For who may see the claim but not add proof to it, or not any more; `added` files had come in time."""
    words = _("Nothing was changed: this claim takes no proof from you, or not any more.")
    if added:
        words = ngettext(
            "%(count)s document was added; then this claim took no proof any more.",
            "%(count)s documents were added; then this claim took no proof any more.",
            added,
        ) % {"count": added}
    # A script sends files one by one and shows the page again at the end: it is told once.
    waiting = cast("BaseStorage", messages.get_messages(request))
    told = str(words) in {str(message) for message in waiting}
    waiting.used = False  # looked at, not shown
    if not told:
        messages.info(request, words)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"refused": []}, status=409)
    return redirect(claim.path)


def show(request: HttpRequest, claim: Claim, *, status: int, **more: Any) -> HttpResponse:
    """The page on which the proof stands, with what was refused."""
    if claim.state != ClaimState.EDITING:
        return render_claim(request, claim, status=status, **more)
    desk = desk_of(request, claim.reference, "save_draft")
    return desk.step_page(Step.PROOF, status=status, **more) if isinstance(desk, Desk) else desk


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Takes a document off a draft."""
    claim = visible_claim(request, reference)
    if request.method == "POST":
        try:
            marks = remove_evidence(claim=claim, key=key, actor=cast("User", request.user), now=timezone.now())
        except TransitionNotAllowed:
            return _too_late(request, claim)
        words = ngettext("Its %(n)s mark went with it.", "Its %(n)s marks went with it.", marks) % {"n": marks}
        messages.success(request, " ".join([_("The document is removed."), *([words] if marks else [])]))
    return redirect(place_of(claim, "documents"))


@require_http_methods(["GET"])
def download(request: HttpRequest, reference: str, key: str) -> HttpResponseBase:
    """A document that was found clean, as an attachment. Who has read it is recorded."""
    evidence = visible_claim(request, reference).evidence.filter(key=key).first()
    if evidence is None:
        raise Http404
    try:
        user, now = cast("User", request.user), timezone.now()
        file = read_evidence(evidence=evidence, way=Way.DOWNLOAD, actor=user, now=now)
    except StorageUnavailable:
        response = render(request, "errors/503.html", status=503)
        response["Retry-After"] = "30"
        return response
    return as_download(file, name=evidence.name, media_type=evidence.media_type)


@require_GET
def parts(request: HttpRequest, reference: str) -> HttpResponse:
    """For htmx: what stands of the proof now, each part to be swapped for the one on the page.

    `form=1` brings the form for marks too, which is left alone while somebody may be typing in it. `seen` is what the
    page shows; while that is all there is, the answer is empty.
    """
    claim = visible_claim(request, reference)
    if request.GET.get("seen") == standing(claim):
        return HttpResponse(status=204)
    with_form = request.GET.get("form") == "1"
    if claim.state == ClaimState.EDITING and isinstance(desk := desk_of(request, reference, "save_draft"), Desk):
        return desk.step_parts(Step.PROOF, "claims/proof/parts.html", with_form=with_form)
    user = cast("User", request.user)
    verbs, reviewing = verbs_of_proof(claim, allowed_verbs(user, claim), timezone.now()), standing_of(user).is_operator
    shown = proof(claim, verbs=verbs, months=months_of(claim), reviewing=reviewing)
    context = {"proof": shown, "with_form": with_form}
    return render(request, "claims/proof/parts.html", context)


@require_GET
def leaf(request: HttpRequest, reference: str) -> HttpResponse:
    """A document page by page, with what each page is marked for; the operator's people are led to their desk."""
    claim = visible_claim(request, reference)
    if standing_of(cast("User", request.user)).is_operator:
        return redirect(read_place(claim, request.GET).address())
    return _leaf_page(request, claim, read_place(claim, request.GET, "claims:leaf"))


def _leaf_page(
    request: HttpRequest, claim: Claim, place: Place, *, form: MarkForm | None = None, status: int = 200
) -> HttpResponse:
    verbs = verbs_of_proof(claim, allowed_verbs(cast("User", request.user), claim), timezone.now())
    shown = leafing(claim, place, verbs=verbs, months=months_of(claim), form=form)
    seen = shown["viewer"]
    by_hand = "mark" in verbs and seen and not seen["drawn"]
    context = {
        "claim": claim,
        "back": place_of(claim, "coverage"),
        "by_hand": place_of(claim, "mark", document=seen["key"]) if by_hand else "",
        "below": True,
        "may_unmark": "unmark" in verbs,
        **shown,
    }
    return render(request, "claims/proof/leaf.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def coverage(request: HttpRequest, reference: str) -> HttpResponse:
    """Marks pages, or takes a mark off a draft."""
    claim, user, now = visible_claim(request, reference), cast("User", request.user), timezone.now()
    if request.method != "POST":
        return redirect(place_of(claim, "coverage"))
    wanted = request.POST.get("unmark", "")
    try:
        if wanted:
            return _taken_off(
                request, claim, unmark(claim=claim, mark_id=int(wanted) if _is_id(wanted) else 0, actor=user, now=now)
            )
        mark(claim=claim, marks=_marks(request), actor=user, now=now)
    except FileRefused as refusal:
        form = mark_form(claim, request.POST, refusal.findings, months=months_of(claim))
        return _not_marked(request, claim, form)
    except TransitionNotAllowed:
        return _too_late(request, claim)
    if "page" not in request.POST:
        return redirect(place_of(claim, "coverage", document=request.POST.get("document", "")))
    page = request.POST.get("pages", "")
    words = _("Page %(page)s is marked.") % {"page": page} if page else _("The document is marked.")
    messages.success(request, words, BELOW)
    return redirect(f"{_leaf_of(request, claim).address()}#viewer")


def _taken_off(request: HttpRequest, claim: Claim, gone: Mark) -> HttpResponse:
    """To where the mark was taken off: among the pages, or to the table, which offers it again."""
    if "page" in request.POST:
        messages.success(request, _("The mark is taken off."), BELOW)
        return redirect(f"{_leaf_of(request, claim).address()}#viewer")
    taken = ".".join((str(gone.line), gone.requirement, gone.evidence, gone.pages))
    return redirect(place_of(claim, "coverage", taken=taken))


def _not_marked(request: HttpRequest, claim: Claim, form: MarkForm) -> HttpResponse:
    """Where the form was: among the pages, or below the table."""
    if "page" in request.POST:
        return _leaf_page(request, claim, _leaf_of(request, claim), form=form, status=422)
    return show(request, claim, status=422, mark_form=form)


def _leaf_of(request: HttpRequest, claim: Claim) -> Place:
    return replace(read_place(claim, request.POST, "claims:leaf"), line=0)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _marks(request: HttpRequest) -> list[Mark]:
    """One mark for each ticked product and requirement, and for each page or range between commas.

    Raises:
        FileRefused: where nothing is chosen, or a page cannot be read.
    """
    lines, requirements, pages = (
        list(dict.fromkeys(values))
        for values in (
            request.POST.getlist("line"),
            request.POST.getlist("requirement"),
            request.POST.get("pages", "").split(","),
        )
    )
    document = request.POST.get("document", "")
    faults = [
        Finding("nothing_ticked", name)
        for name, ticked in (("requirement", requirements), ("line", lines))
        if not ticked
    ]
    faults += [] if document else [Finding("nothing_ticked", "document")]
    faults += [Finding("pages_invalid", "pages")] if any(read_pages(part) is None for part in pages) else []
    if len(lines) * len(requirements) * len(pages) > MAX_MARKS:
        faults.append(Finding("invalid", "pages", {"limit": str(MAX_MARKS)}))
    if faults:
        raise FileRefused(faults)
    return [
        Mark(int(line) if _is_id(line) else 0, requirement, document, part)
        for line in lines
        for requirement in requirements
        for part in pages
    ]
