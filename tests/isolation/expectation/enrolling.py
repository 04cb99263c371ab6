"""A company's own: its people and its places in the programmes."""

from tests.isolation.expectation import Row, row

# Whoever keeps a team finds nobody of another's; whoever keeps none is refused before anybody is looked for.
OTHERS = "team: nothing; signed_in: forbidden; signed_out: sign_in"

COMPANY: dict[str, Row] = {
    "team": row(GET="claimants: page"),
    "team_invite": row(GET="team: page", POST="team: done"),
    "team_member": row("member", GET=f"team_of: page; {OTHERS}", POST=f"team_of: done; {OTHERS}"),
    "team_remove": row("member", GET=f"team_of: page; {OTHERS}", POST=f"team_of: done; {OTHERS}"),
    # The operator's admins ask people in too, for themselves: for them no company's invitation is there.
    "invite_again": row("invitation", POST=f"team_of: done; admin: nothing; {OTHERS}"),
    "withdraw_invitation": row("invitation", POST=f"team_of: done; admin: nothing; {OTHERS}"),
    # Whoever has the link may come, unless they are signed in as somebody
    "invitation": row(
        "invitation",
        GET="link_holders: page; everybody: nothing",
        POST="link_of_nobody: nothing; signed_in: conflict; everybody: done",
    ),
    "incentives": row(GET="desk: back; operators: forbidden; signed_in: page"),
    "enrollment:enroll": row(
        "place",
        GET="of_place: page; signed_out: sign_in",
        POST="enrollers: done; of_place: forbidden; signed_out: sign_in",
    ),
}
