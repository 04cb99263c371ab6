"""Inspections of documents, in the background: leased, made, and decided once."""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from claims.actions.notices import tell_of_refused_document
from claims.inspection import InspectionFailed, inspect
from claims.inspection.scanner import ScannerUnavailable, scan
from claims.models import Claim, Evidence
from claims.states import Scan
from claims.storage import StorageUnavailable, discard_on_commit, local_copy
from events.log import Draft, record
from events.outbox import nudge

INSPECT = "claims.inspect_due"  # the task's name: tasks are a leaf, which nobody imports
LEASE = timedelta(minutes=4)
PAUSE = timedelta(minutes=1)  # while the scanner or the storage does not answer
# Leases count from the sweep's beginning: one more document has to end inside of one, with the time that its
# inspection and the scanner may take, and a minute for its copy out of the storage.
SWEEP_SECONDS = 30
SCANNER_SECONDS = 60
MAX_ATTEMPTS = 5
NOT_INSPECTED = "not_inspected"

logger = logging.getLogger(__name__)


def inspect_due(*, now: datetime) -> int:
    """Inspects every document that waits; returns how many were decided. Safe beside itself and after a crash.

    Stops well inside its lease, which is counted from `now`: a document whose lease has run out before its inspection
    began would be taken by worker after worker. What is left goes to the next sweep, which is asked for.
    """
    decided, began = 0, time.monotonic()
    while (evidence := _lease(now)) is not None:
        decided += inspect_evidence(evidence=evidence, now=now)
        if time.monotonic() - began > SWEEP_SECONDS:
            nudge(INSPECT)
            break
    return decided


def _lease(now: datetime) -> Evidence | None:
    """The next document, leased to this worker; a lease that is not redeemed runs out and it is found again."""
    with transaction.atomic():
        waiting = Evidence.objects.filter(sweep_at__lte=now).order_by("sweep_at", "pk")
        evidence = waiting.select_for_update(skip_locked=True).first()
        if evidence is None:
            return None
        evidence.sweep_at = now + LEASE
        evidence.attempts += 1
        evidence.save(update_fields=["sweep_at", "attempts"])
    return evidence


def inspect_evidence(*, evidence: Evidence, now: datetime) -> bool:
    """Looks through one leased document and enters what was found; True once it is decided.

    What fails on our side costs it no attempt, however often: a scanner or a storage that does not answer, a file that
    is not there, an inspection that cannot start. An attempt is lost where a worker dies with its lease or somebody
    ends the inspection, as a document may make them do; after the fifth it is refused without another look.
    """
    if evidence.attempts > MAX_ATTEMPTS:
        return _decide(evidence, "file_unsafe", NOT_INSPECTED, None, now=now)
    try:
        refusal, why, pages = _look(evidence)
    except (OSError, ScannerUnavailable, StorageUnavailable) as trouble:
        _wait(evidence, trouble, now=now)
        return False
    except InspectionFailed as failure:
        if _never_began(failure):
            _wait(evidence, failure, now=now)
        else:
            logger.exception("An inspection could not be made")
        return False
    return _decide(evidence, refusal, why, pages, now=now)


def _never_began(failure: InspectionFailed) -> bool:
    """Whether nothing of the document was read: its process did not start, or ended before it opened the file."""
    return isinstance(failure.__cause__, OSError) or str(failure).endswith("before it began")


def _look(evidence: Evidence) -> tuple[str, str, int | None]:
    """What inspection and scanner find: refusal, why, and pages."""
    with local_copy(evidence) as path:
        report = inspect(path, evidence.media_type)
        if settings.CLAMD and not report.refusal and scan(path, settings.CLAMD, timeout=SCANNER_SECONDS):
            return "file_unsafe", "virus", None
    return report.refusal, report.why, report.pages


def _wait(evidence: Evidence, trouble: Exception, *, now: datetime) -> None:
    """Gives the attempt back and asks again after a pause, for ever: its folder may only not be mounted just now."""
    waiting = Evidence.objects.filter(pk=evidence.pk, scan=Scan.PENDING)
    if not waiting.update(attempts=F("attempts") - 1, sweep_at=now + PAUSE):
        return  # it was removed, or another worker has decided it
    if isinstance(trouble, FileNotFoundError):
        logger.error("A document to inspect is missing: %s", evidence.stored)
    elif isinstance(trouble, InspectionFailed):
        logger.error("An inspection does not start, documents wait: %s", trouble)
    else:
        logger.warning("Documents wait: %s", trouble)


def _decide(evidence: Evidence, refusal: str, why: str, pages: int | None, *, now: datetime) -> bool:
    """Enters the outcome once, however many workers come to one.

    The claim is locked before its document, as by whoever removes one.
    """
    with transaction.atomic():
        claims = Claim.objects.select_for_update(no_key=True, of=("self",)).select_related("partner")
        claim = claims.filter(pk=evidence.claim_id).first()
        if claim is None:
            return False
        outcome = Scan.REFUSED if refusal else Scan.CLEAN
        entered = Evidence.objects.filter(pk=evidence.pk, scan=Scan.PENDING).update(
            scan=outcome,
            refusal=refusal,
            why=why,
            pages=pages,
            stored="" if refusal else evidence.stored,
            inspected_at=now,
            sweep_at=None,
        )
        if not entered:
            return False
        told = {"evidence": evidence.pk, **({"code": refusal, "why": why} if refusal else {})}
        event, *_ = record([Draft(claim.subject, f"evidence.{outcome}", told)], actor_id=None, now=now)
        if refusal:
            discard_on_commit([evidence.stored])
            tell_of_refused_document(event, claim, evidence)
    return True
