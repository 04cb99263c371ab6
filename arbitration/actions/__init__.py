"""What reviewers do with the queue and with cases: each verb one function, one transaction, one history."""

from arbitration.actions.decide import decide, second, send_back
from arbitration.actions.drafts import keep_draft
from arbitration.actions.hear import ask_parties
from arbitration.actions.queue import take_next

__all__ = ["ask_parties", "decide", "keep_draft", "second", "send_back", "take_next"]
