"""The whole table, and where a new row goes."""

from tests.isolation.expectation import Row
from tests.isolation.expectation.accounts import ACCOUNTS
from tests.isolation.expectation.api import API
from tests.isolation.expectation.arbitration import REVIEW
from tests.isolation.expectation.claims import CLAIMS
from tests.isolation.expectation.enrolling import COMPANY
from tests.isolation.expectation.operator import OPERATOR

TABLES: dict[str, dict[str, Row]] = {
    "claims.py": CLAIMS,
    "arbitration.py": REVIEW,
    "accounts.py": ACCOUNTS,
    "enrolling.py": COMPANY,
    "operator.py": OPERATOR,
    "api.py": API,
}
TABLE: dict[str, Row] = {key: row for table in TABLES.values() for key, row in table.items()}
