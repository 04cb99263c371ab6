"""The API. Whoever has no living token gets 401; OPTIONS describes an endpoint to everybody else, whatever it names."""

from tests.isolation.expectation import Row, row

OPTIONS = {"OPTIONS": "signed_in: page"}


def _api(path: str, scene: str = "", **methods: str) -> tuple[str, Row]:
    return f"api/v1/{path}", row(scene, **methods, **OPTIONS)


_OF_A_CLAIM = "claims/<slug:reference>/"
API: dict[str, Row] = dict(
    [
        _api("claims/preflight/", POST="claimants: page"),
        _api("claims/", GET="signed_in: page", POST="claimants: done"),
        _api("associations/", GET="signed_in: page"),
        _api("mpn-ids/", GET="signed_in: page"),
        _api("products/", GET="signed_in: page"),
        ("schema", row(GET="everybody: page", OPTIONS="everybody: page")),
        # One claim: its partner
        _api(_OF_A_CLAIM, "sent", GET="seers: page", PATCH="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "submit/", "draft", POST="partners: done"),
        _api(_OF_A_CLAIM + "withdraw/", "sent", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "copy/", "sent", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "respond/", "asked", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "requests/", "heard", GET="seers: page"),
        _api(_OF_A_CLAIM + "requests/<slug:key>/answer/", "heard", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "correct-contact/", "approved", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "disassociate/", "approved", POST="seniors: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "dispute/", "rejected", POST="seniors: done; seers: forbidden"),
        # ... its proof
        _api(_OF_A_CLAIM + "evidence/", "sent", GET="seers: page", POST="partners: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "evidence/<slug:key>/", "draft", GET="seers: page", DELETE="partners: done"),
        _api(_OF_A_CLAIM + "evidence/<slug:key>/content/", "sent", GET="seers: done"),
        _api(_OF_A_CLAIM + "coverage/", "draft", GET="seers: page", PUT="partners: done"),
        # ... both sides
        _api(_OF_A_CLAIM + "events/", "sent", GET="seers: page"),
        _api(
            _OF_A_CLAIM + "comments/",
            "sent",
            GET="seers: page",
            POST="partners: done; reviewers: done; seers: forbidden",
        ),
        # ... the operator
        _api(_OF_A_CLAIM + "take/", "sent", POST="reviewers: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "release/", "held", POST="holder: done; leads: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "reassign/", "held", POST="leads: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "request-information/", "held", POST="holder: done; seers: forbidden"),
        _api(
            _OF_A_CLAIM + "notes/",
            "held",
            GET="readers: page; seers: forbidden",
            POST="reviewers: done; seers: forbidden",
        ),
        _api(
            _OF_A_CLAIM + "checks/", "held", GET="readers: page; seers: forbidden", PUT="holder: done; seers: forbidden"
        ),
        _api(_OF_A_CLAIM + "approve/", "held", POST="holder: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "reject/", "doubted", POST="holder: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "record-review/", "contested", POST="holder: done; seers: forbidden"),
        _api(_OF_A_CLAIM + "revoke/", "approved", POST="leads: done; seers: forbidden"),
        # Queue and cases
        _api("queue/", GET="operators: page"),
        _api("queue/next/", POST="judges: done"),
        _api("cases/<int:pk>/", "contested", GET="case_seers: page"),
        _api("cases/<int:pk>/request-information/", "contested", POST="case_judges: done; case_seers: forbidden"),
        _api("cases/<int:pk>/decide/", "contested", POST="case_judges: done; case_seers: forbidden"),
        _api(
            "cases/<int:pk>/second/",
            "proposed",
            POST="second_judges: done; case_judges: refused; case_seers: forbidden",
        ),
        _api("cases/<int:pk>/return/", "proposed", POST="case_judges: done; case_seers: forbidden"),
    ]
)
