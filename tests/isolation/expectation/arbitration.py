"""Pages below /review/: the operator's queue and its cases. Partners see none."""

from tests.isolation.expectation import Row, row

COMES_BACK = "case_seers: back; signed_out: sign_in"

REVIEW: dict[str, Row] = {
    "arbitration:list": row(GET="operators: page"),
    "arbitration:counts": row(GET="operators: page"),
    "arbitration:next": row(GET="signed_in: back", POST="judges: done"),
    "arbitration:cases": row(GET="operators: page"),
    "arbitration:case": row("contested", GET="case_seers: page"),
    "arbitration:case_draft": row("contested", GET=COMES_BACK, POST="case_judges: done; case_seers: conflict"),
    "arbitration:case_ask": row("contested", GET=COMES_BACK, POST="case_judges: done; case_seers: forbidden"),
    "arbitration:case_decide": row("contested", GET=COMES_BACK, POST="case_judges: done; case_seers: forbidden"),
    "arbitration:case_second": row(
        "proposed",
        GET=COMES_BACK,
        POST="second_judges: done; case_judges: refused; case_seers: forbidden",
    ),
    "arbitration:case_return": row("proposed", GET=COMES_BACK, POST="case_judges: done; case_seers: forbidden"),
}
