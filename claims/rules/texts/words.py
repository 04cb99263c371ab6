"""What the words of one code consist of: how grave it is, and who can mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Severity(StrEnum):
    """An error stops submission; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Who(Enum):
    """Who can mend it."""

    YOU = _("you")
    GLOBAL_ADMIN = _("your global admin")
    YOU_OR_GLOBAL_ADMIN = _("you, or your global admin")
    CUSTOMER = _("the customer")
    YOU_AND_CUSTOMER = _("you, with the customer")
    SUPPORT = _("support")
    NOBODY = _("nobody needs to")

    @property
    def label(self) -> Promise:
        """The words."""
        return self.value


@dataclass(frozen=True)
class Text:
    """The words of one code. `message` and `remedy` may hold `%(name)s` places, filled by the finding's values.

    `instead` is what is said in place of the message by each value that a finding may have.
    """

    passed: Any
    title: Any
    message: Any
    remedy: Any
    who: Who = Who.YOU
    severity: Severity = Severity.ERROR
    instead: Mapping[str, Any] = field(default_factory=dict)

    def messages(self) -> tuple[str, ...]:
        """All that may be said."""
        return str(self.message), *map(str, self.instead.values())
