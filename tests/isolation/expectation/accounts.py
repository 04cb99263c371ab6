"""Signing in, one's own settings and messages."""

from functools import partial

from tests.isolation.expectation import Row, row

theirs = partial(row, theirs=True)

# One's own alone, whatever company one is of.
OWN = "oneself: {}; signed_out: sign_in"

# Only who has a second step already makes codes for the day it is lost.
NEEDS_KEY = "key_holders: done; signed_in: page"

ACCOUNTS: dict[str, Row] = {
    "home": row(GET="operators: back; signed_in: page"),
    "set_language": row(POST="signed_in: done; everybody: back"),
    "saved_view": row(POST="signed_in: done"),
    "notifications:list": row(GET="signed_in: page"),
    "notifications:read": row(POST="signed_in: back"),
    "notifications:choices": row(GET="signed_in: page", POST="signed_in: done"),
    "parked_mails": row(GET="admin: page", POST="admin: back"),
    # django-allauth's
    "account_login": theirs(GET="signed_in: back; everybody: page", POST="signed_in: back; everybody: page"),
    "account_logout": theirs(GET="signed_in: page; everybody: back", POST="everybody: back"),
    "account_inactive": theirs(GET="everybody: page"),
    "account_signup": theirs(GET="signed_in: back; everybody: page", POST="signed_in: back; everybody: page"),
    "account_reauthenticate": theirs(GET="signed_in: page", POST="signed_in: page"),
    "account_change_password": theirs(GET="signed_in: page", POST="signed_in: page"),
    "account_set_password": theirs(GET="signed_in: back", POST="signed_in: back"),
    "account_reset_password": theirs(GET="everybody: page", POST="everybody: back"),
    "account_reset_password_done": theirs(GET="everybody: page"),
    "account_reset_password_from_key": theirs(
        at="/accounts/password/reset/key/1-abc/", GET="everybody: page", POST="everybody: page"
    ),
    "account_reset_password_from_key_done": theirs(GET="everybody: page"),
    "mfa_authenticate": theirs(GET="everybody: back", POST="everybody: back"),
    "mfa_reauthenticate": theirs(GET="signed_in: back", POST="signed_in: back"),
    "mfa_activate_totp": theirs(GET="signed_in: page", POST="signed_in: page"),
    "mfa_deactivate_totp": theirs(GET="signed_in: nothing", POST="signed_in: nothing"),
    "mfa_view_recovery_codes": theirs(GET="signed_in: nothing"),
    "mfa_generate_recovery_codes": theirs(GET="signed_in: page", POST=NEEDS_KEY, PUT=NEEDS_KEY),
    "mfa_download_recovery_codes": theirs(GET="signed_in: nothing"),
    "mfa_login_webauthn": theirs(GET="everybody: back", POST="everybody: back"),
    "mfa_reauthenticate_webauthn": theirs(GET="key_holders: page; signed_in: back", POST="signed_in: back"),
    "mfa_add_webauthn": theirs(GET="signed_in: page", POST="signed_in: page"),
    "mfa_edit_webauthn": theirs("passkey", GET=OWN.format("page"), POST=OWN.format("done")),
    "mfa_remove_webauthn": theirs("passkey", GET=OWN.format("page"), POST=OWN.format("done")),
    # The provider of a company, where none is set
    "openid_connect_login": row(GET="everybody: nothing"),
    "openid_connect_callback": row(GET="everybody: nothing"),
    "confirm_by_provider": row(GET="signed_in: nothing"),
    "confirm_there": row(GET="signed_in: nothing"),
    # One's own sign-in, tokens and requests for help
    **dict.fromkeys(("security", "mfa_index", "mfa_list_webauthn"), row(GET="signed_in: page")),
    "end_session": row(POST="signed_in: back"),
    "tokens": row(GET="signed_in: page"),
    "make_token": row(GET="signed_in: back", POST="signed_in: done"),
    "revoke_token": row("token", POST=OWN.format("done")),
    "help": row(GET="signed_in: page"),
    "support": row(GET="signed_in: page", POST="signed_in: done"),
    "support_sent": row("support", GET=OWN.format("page")),
}
