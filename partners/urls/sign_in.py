"""Signing in and all that belongs to it: of django-allauth's pages those that we mean to have, and no others.

An address is given by an import or an invitation and tells who one is: nobody takes another one by themselves.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from partners.views import provider, security, tokens
from partners.views.recent import confirmed_recently

# Django-allauth leads back to each of its own pages, all of which are one of ours.
OVERVIEW = ("security", "mfa_index", "mfa_list_webauthn")

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),  # says that it is closed
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", confirmed_recently(account.password_set), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", second_step.authenticate, name="mfa_authenticate"),
    path("2fa/again/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", confirmed_recently(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", confirmed_recently(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", confirmed_recently(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/codes/new/", confirmed_recently(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "2fa/codes/file/",
        confirmed_recently(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/add/", confirmed_recently(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", confirmed_recently(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", confirmed_recently(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("provider/", provider.sign_in, {"provider_id": provider.PROVIDER}, name="openid_connect_login"),
    path("provider/callback/", provider.callback, {"provider_id": provider.PROVIDER}, name="openid_connect_callback"),
    path("provider/confirm/", provider.confirm, name="confirm_by_provider"),
    path("provider/confirm/there/", provider.confirm_there, name="confirm_there"),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/new/", tokens.make, name="make_token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("sessions/end/", security.end, name="end_session"),
    *[path("security/", security.overview, name=name) for name in OVERVIEW],
]
