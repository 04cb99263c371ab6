"""The words of every code: what holds when it passes, what is wrong, why, what mends it, and who can.

Codes are part of the API and never change meaning; these texts are translated. `docs/rules.md` is printed from here.
"""

from claims.rules.texts.cases import CASES, DISPUTES, PACE
from claims.rules.texts.claim import CLAIM
from claims.rules.texts.proof import FILES, MARKS, PROOF, REVIEW, UNSAFE
from claims.rules.texts.words import Severity, Text, Who

TEXTS: dict[str, Text] = {**CLAIM, **PROOF, **MARKS, **FILES, **REVIEW, **DISPUTES, **CASES, **PACE}

__all__ = ["FILES", "TEXTS", "UNSAFE", "Severity", "Text", "Who"]
