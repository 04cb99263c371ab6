"""What a judge does with a case: keeps a draft, asks the parties, decides, seconds or returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from arbitration import actions
from arbitration.drafting import Content
from arbitration.forms import chosen_parties, letters_as_read, posted_content
from arbitration.models import Decision
from arbitration.permissions import may_judge
from arbitration.presenters import decision as present
from arbitration.presenters.rows import CaseRows, find_case, read_case
from arbitration.presenters.sure import agreement, before_effect
from arbitration.views.cases import ask_form, render_case
from claims.errors import CaseChanged, ClaimRefused, ReviewChanged, TransitionNotAllowed
from claims.models import Case
from claims.rules.findings import Finding
from claims.states import CaseState
from claims.views.pages import DONE
from partners.models import User
from partners.views.recent import ask_who_it_is, confirmed_recently, is_confirmed

MEANWHILE = (CaseChanged, TransitionNotAllowed)
OTHER_DRAFT = gettext_lazy(
    "Nothing was kept: somebody has kept something else meanwhile. Load the page again to see it."
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is decided so far; htmx gets the letters that follow from it, or when it was kept."""
    case = find_case(cast("User", request.user), pk)
    if request.method != "POST":
        return redirect("arbitration:case", pk)
    rows = read_case(case)
    status = 409
    try:
        kept, words = _keep(request, rows), ""
    except ClaimRefused:
        status, words = 422, _("Nothing was kept: a text is too long, or holds signs that cannot be stored.")
    except ReviewChanged:
        words = str(OTHER_DRAFT)
    except PermissionDenied:
        words = _("Nothing was kept: the case is not yours to decide.")
    except MEANWHILE as error:
        words = stands(error)
    if words:
        return _not_kept(request, case, words, status)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("The draft is kept, for you and for your colleagues."))
        return redirect("arbitration:case", pk)
    case.draft = kept
    part = "_letters" if request.headers.get("HX-Target") == "letters" else "_kept"
    return render_case(request, case, template=f"arbitration/case/{part}.html", more={"oob": True})


def _keep(request: HttpRequest, rows: CaseRows) -> Any:
    return actions.keep_draft(
        case=rows.case,
        content=_posted(request, rows),
        actor=cast("User", request.user),
        now=timezone.now(),
        seen=request.POST.get("seen"),
    )


def _not_kept(request: HttpRequest, case: Case, words: str, status: int) -> HttpResponse:
    """Says what was not kept: htmx beside what was typed, which stays; else on the page, with what was typed."""
    if request.headers.get("HX-Request"):
        return HttpResponse(escape(words), headers={"HX-Retarget": "#saved", "HX-Reswap": "innerHTML"})
    messages.warning(request, words)
    return render_case(request, case, content=_posted(request, read_case(case)), status=status)


def _posted(request: HttpRequest, rows: CaseRows) -> Content:
    lines = [line.pk for party in rows.parties for line in party.lines]
    return posted_content(request.POST, [party.partner.pk for party in rows.parties], lines)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decides the case, or proposes it where a partner would be displaced; what is missing is named at its place."""
    user = cast("User", request.user)
    case = find_case(user, pk)
    if request.method != "POST":
        return redirect("arbitration:case", pk)
    if not may_judge(user, case):
        raise PermissionDenied
    rows = read_case(case)
    content = _posted(request, rows)
    if unread := _unread(request, rows, content):
        return render_case(request, case, content=content, status=422, more={"unread": unread})
    filled = replace(content, letters=letters_as_read(request.POST, [party.partner.pk for party in rows.parties]))
    try:
        made, question = _decide_or_ask(request, rows, filled)
    except ClaimRefused as refusal:
        return render_case(request, case, content=content, status=422, more=refused(rows, refusal.findings))
    except (ReviewChanged, *MEANWHILE) as error:
        messages.warning(request, str(OTHER_DRAFT) if isinstance(error, ReviewChanged) else stands(error))
        return render_case(request, find_case(user, pk), content=content, status=409)
    if question:
        return render_case(request, find_case(user, pk), content=content, more={"sure": question})
    done = _("The case is decided, and every party is told by its letter.")
    proposed = _("The decision is proposed. It takes effect once a second reviewer agrees.")
    messages.success(request, done if made.effective_at else proposed, DONE)
    return redirect("arbitration:case", pk)


def _decide_or_ask(request: HttpRequest, rows: CaseRows, content: Content) -> tuple[Decision, Mapping[str, Any] | None]:
    """Decides. What takes effect at once and was not agreed to is only tried: the second is the question then.

    What was written is kept: whoever looks around before answering finds it again. Nobody is asked who they are for a
    decision that cannot be made.

    Raises:
        ReauthenticationRequired: where the decision can be made, and its judge has to show first who they are.
    """
    user, version, now = cast("User", request.user), _version(request), timezone.now()
    sure, question, known = agreement(version, content), None, is_confirmed(request)
    with transaction.atomic():
        made = actions.decide(case=rows.case, content=content, actor=user, now=now, version=version)
        if made.effective_at is not None and request.POST.get("sure", "") != sure:
            question = {"what": sure, **before_effect(rows, content.upheld, now=now)}
        if question or not known:
            transaction.set_rollback(True)
    if not known:
        ask_who_it_is(request)
    if question:
        _keep(request, rows)
    return made, question


def _unread(request: HttpRequest, rows: CaseRows, content: Content) -> str:
    """Words where a letter follows anew from what was chosen, so that nobody has read it yet; else empty."""
    for one in present.letters(rows, content):
        shown = request.POST.get(f"drafted-{one['pk']}", "").replace("\r\n", "\n").strip()
        if not one["own"] and one["drafted"] and shown != one["drafted"]:
            return _("The letters follow from what you chose. Read them below, then decide.")
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the parties that were ticked, each with its own time to answer."""
    user = cast("User", request.user)
    case = find_case(user, pk)
    if request.method != "POST":
        return redirect("arbitration:case", pk)
    try:
        actions.ask_parties(
            case=case,
            partner_ids=chosen_parties(request.POST),
            body=request.POST.get("body", ""),
            actor=user,
            now=timezone.now(),
            version=_version(request),
        )
    except ClaimRefused as refusal:
        rows = read_case(case)
        form = ask_form(rows, posted=request.POST, findings=refusal.findings)
        more = {"ask_form": form, "ask_open": True, **refused(rows, refusal.findings)}
        return render_case(request, case, status=422, more=more)
    except MEANWHILE as error:
        messages.warning(request, stands(error))
        again = find_case(user, pk)
        more = {"ask_form": ask_form(read_case(again), posted=request.POST), "ask_open": True}
        return render_case(request, again, status=409, more=more)
    messages.success(request, _("The parties are asked, each with its own time to answer."))
    return redirect("arbitration:case", pk)


@login_required
@confirmed_recently
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """Agrees to what was proposed, which puts it into effect; who is not sure yet sees first what follows."""
    sure = str(_version(request))
    question: dict[str, Any] = {}

    def agree(case: Case, now: datetime, **who: Any) -> None:
        with transaction.atomic():
            rows = read_case(case)
            decision = actions.second(case=case, now=now, **who)
            if request.POST.get("sure", "") != sure:
                question.update({"what": sure, **before_effect(rows, decision.upheld_id, now=now)})
                transaction.set_rollback(True)

    return _answer(request, pk, agree, _("The decision is in effect."), question)


@login_required
@confirmed_recently
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Returns what was proposed, with words for who proposed it: the case is open again, in a new round."""
    words = request.POST.get("words", "")
    told = _("The proposal counts no more, and the case is open again.")
    return _answer(request, pk, lambda **who: actions.send_back(words=words, **who), told)


def _answer(
    request: HttpRequest,
    pk: int,
    verb: Callable[..., Any],
    done: str,
    question: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """What a second reviewer says to a proposal; words that were refused are shown again.

    `question` is filled by a verb that was only tried.
    """
    user = cast("User", request.user)
    case = find_case(user, pk)
    if request.method != "POST":
        return redirect("arbitration:case", pk)
    try:
        verb(case=case, actor=user, now=timezone.now(), version=_version(request))
    except ClaimRefused as refusal:
        more = {"return_words": request.POST.get("words", ""), **refused(read_case(case), refusal.findings)}
        return render_case(request, case, status=422, more=more)
    except MEANWHILE as error:
        messages.warning(request, stands(error))
    else:
        if question:
            return render_case(request, find_case(user, pk), more={"sure": question})
        messages.success(request, done, DONE)
    return redirect("arbitration:case", pk)


def _version(request: HttpRequest) -> int:
    """The version of the case that the form was made from; 0, which is none, where it says none."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


def refused(rows: CaseRows, findings: Sequence[Finding]) -> dict[str, Any]:
    """Every reason why nothing was done, each with the way to its field, and the findings of each field."""
    names = {str(party.partner.pk): party.partner.name for party in rows.parties}
    items = []
    fields: dict[str, list[dict[str, str]]] = {}
    for finding in findings:
        name, _dot, key = finding.field.partition(".")
        anchor = ANCHORS.get(name, "").format(key=key)
        whose = f"{names[key]}: " if name == "letters" and key in names else ""
        title = finding.title[:1].upper() + finding.title[1:] + "."
        if name == "letters" and rows.decision is not None:  # it is proposed: nothing can be written any more
            again = _("Return it, so that it is written anew.")
            items.append({"text": f"{whose}{title} {finding.message} {again}", "href": "", "code": ""})
        else:
            href = f"#{anchor}" if anchor else ""
            items.append({"text": f"{whose}{title} {finding.remedy}".strip(), "href": href, "code": finding.code})
        message = {"severity": "error", "message": finding.message, "remedy": finding.remedy, "code": finding.code}
        fields.setdefault(finding.field, []).append(message)
    return {"refused": items, "findings": fields}


ANCHORS = {
    "upheld": "decision",
    "rationale": "rationale",
    "letters": "letter-{key}",
    "reasons": "reason-{key}",
    "partner_ids": "ask-parties",
    "parties": "ask-parties",
    "body": "ask-body",
    "words": "return-words",
}


def stands(error: CaseChanged | TransitionNotAllowed) -> str:
    """What stands now, to who came second."""
    state = CaseState(error.state) if error.state in CaseState.values else None
    if state in {CaseState.DECIDED, CaseState.CLOSED, CaseState.PROPOSED}:
        values = {"state": str(state.label)}
        return _("Nothing was changed: somebody acted on this case meanwhile. It stands at: %(state)s.") % values
    return _("Nothing was changed: something new has come to this case meanwhile. Look at it, then go on.")
