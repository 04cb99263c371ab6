"""Documents of a claim: added, removed from drafts, read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from claims.actions.inspections import INSPECT
from claims.actions.state import change_state, lock_claim
from claims.errors import FileRefused, NotStored
from claims.inspection import draw
from claims.models import Claim, Comment, Evidence
from claims.permissions import require
from claims.rules.files import MAX_FILES, MAX_TOTAL, check_upload, clean_name, count_limit, kind_of, total_limit
from claims.rules.findings import Finding
from claims.states import WITHOUT_FILE, Scan, Way
from claims.storage import Kept, discard_on_commit, kept, local_copy, opened
from claims.uploads import Upload
from events.log import Draft, record
from events.models import Event
from events.outbox import nudge

if TYPE_CHECKING:
    from partners.models import User

# Rows of one claim, refused ones too: each costs an inspection and keeps its letter.
MAX_ROWS = 100
SAME_LOOK = timedelta(hours=1)


def refuse_at_the_door(upload: Upload) -> None:
    """Turns away what can be told by name, size and first bytes.

    Raises:
        FileRefused: with the one reason, on the field `file`.
        NotStored: where it did not come to its end, or we could not write it down.
    """
    fault = upload.fault or check_upload(clean_name(upload.name), upload.size, upload.head)
    if not upload.sha256 or (fault is not None and fault.code == "file_not_stored"):
        raise NotStored
    if fault is not None:
        raise FileRefused([fault])


@contextmanager
def admitted(upload: Upload, *, claim: Claim, random: Random) -> Iterator[Kept]:
    """What is let in at the door, in the storage for as long as it takes to enter it.

    Raises:
        FileRefused, NotStored: as `refuse_at_the_door` and `kept` do.
    """
    refuse_at_the_door(upload)
    with kept(upload, partner_id=claim.partner_id, random=random) as file:
        yield file


def add_evidence(
    *,
    claim: Claim,
    file: Kept,
    actor: "User",
    now: datetime,
    comment: Comment | None = None,
    version: int | None = None,
) -> Evidence:
    """Enters a stored file as a document of the claim. It counts, and is handed out, once it is found clean.

    `version` is the one the actor has seen, where that matters.

    Raises:
        FileRefused: where the claim has no room for it.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        require(actor, "add_evidence", claim)
        lock_claim(claim, "add_evidence", version=version)
        position = _next_position(claim, file.size)
        evidence = Evidence(claim=claim, position=position, key=file.key, stored=file.stored, sha256=file.sha256)
        evidence.name, evidence.size = clean_name(file.name), file.size
        kind = kind_of(evidence.name)
        evidence.media_type = kind.media_type if kind else ""
        evidence.comment, evidence.added_by, evidence.added_at, evidence.sweep_at = comment, actor, now, now
        evidence.save(force_insert=True)
        claim.save(update_fields=change_state(claim, "add_evidence", now=now))
        told = {"evidence": evidence.pk, "sha256": file.sha256, "size": file.size}
        record([Draft(claim.subject, "evidence.added", told)], actor_id=actor.pk, now=now)
        transaction.on_commit(partial(nudge, INSPECT), robust=True)
    file.entered = True
    return evidence


def _next_position(claim: Claim, size: int) -> int:
    """The place after the last document, or, at the end of all places, the first that a removed one has left.

    Raises:
        FileRefused: where number or size are at their limits. What has no file takes no room, but a place.
    """
    rows = claim.evidence.values_list("position", "size", "scan")
    sizes = [length for _place, length, state in rows if state not in WITHOUT_FILE]
    limit = count_limit() if len(sizes) >= MAX_FILES else total_limit() if sum(sizes) + size > MAX_TOTAL else ""
    if len(rows) >= MAX_ROWS:
        limit = _("A claim takes %(count)s files at most, with those that were refused.") % {"count": MAX_ROWS}
    if limit:
        raise FileRefused([Finding("file_too_large", "file", {"limit": limit})])
    taken = {position for position, *_rest in rows}
    after = max(taken, default=-1) + 1
    return after if after < MAX_ROWS else min(set(range(MAX_ROWS)) - taken)


def remove_evidence(*, claim: Claim, key: str, actor: "User", now: datetime, version: int | None = None) -> int:
    """Takes a document off a draft, with its marks, and returns how many these were.

    Off a claim that was sent, none is ever taken. `version` is the one the actor has seen, where that matters.

    Raises:
        Http404: where the claim has no such document.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        require(actor, "remove_evidence", claim)
        lock_claim(claim, "remove_evidence", version=version)
        evidence = claim.evidence.filter(key=key).first()
        if evidence is None:
            raise Http404
        claim.save(update_fields=change_state(claim, "remove_evidence", now=now))
        record([Draft(claim.subject, "evidence.removed", {"evidence": evidence.pk})], actor_id=actor.pk, now=now)
        discard_on_commit([evidence.stored])
        marks, _rows = evidence.coverage.all().delete()
        evidence.delete()
    return marks


def read_page(*, evidence: Evidence, page: int, actor: "User", now: datetime) -> bytes:
    """A picture of one page, from 1, of a document; recorded as `read_evidence` does.

    A desk draws its pages again and again: who has been shown a page is not recorded anew within the hour.

    Raises:
        FileNotFoundError, StorageUnavailable: where the document cannot be had just now.
        Http404: as long as it is not found clean.
        InspectionFailed: where the page cannot be drawn.
    """
    if evidence.scan != Scan.CLEAN:
        raise Http404
    with local_copy(evidence) as path:
        drawn = draw(path, evidence.media_type, page)
    lately = Event.objects.filter(subject=evidence.subject, actor=actor.pk, at__gt=now - SAME_LOOK)
    if not lately.filter(data__way=Way.PAGE, data__page=page).exists():
        _record_reading(evidence, Way.PAGE, page=page, actor=actor, now=now)
    return drawn


def read_evidence(*, evidence: Evidence, way: Way, actor: "User", now: datetime) -> File:
    """The document, open; that this person has read it is an event of the document's own, which no partner sees.

    Raises:
        Http404: as long as it is not found clean.
        StorageUnavailable: where the storage does not answer, or has lost it.
    """
    if evidence.scan != Scan.CLEAN:
        raise Http404
    file = opened(evidence)
    try:
        _record_reading(evidence, way, actor=actor, now=now)
    except BaseException:
        file.close()
        raise
    return file


def _record_reading(evidence: Evidence, way: Way, *, actor: "User", now: datetime, **more: int) -> None:
    told = {"claim": evidence.claim_id, "way": str(way), **more}
    with transaction.atomic():
        record([Draft(evidence.subject, "evidence.read", told)], actor_id=actor.pk, now=now)
