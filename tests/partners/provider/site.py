"""The provider's site: `python -m tests.partners.provider.site PORT FOLDER`, a Django project in one file.

People sign in there with their address and `PASSWORD`. What its tokens say beside the usual stands in
`FOLDER/claims.json`, by address, and is read anew for each; `sign_with` names another key than the one that is told.
"""

import json
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command

PASSWORD = "the provider's own word"
CLIENT_ID, CLIENT_SECRET = "cpor", "between us two"


def configure(folder: Path) -> None:
    settings.configure(
        SECRET_KEY="a provider's own",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.partners.provider.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SESSION_COOKIE_NAME="provider",  # cookies know no ports
        CSRF_COOKIE_NAME="provider-csrf",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        LOGIN_URL="account_login",
        ACCOUNT_LOGIN_METHODS={"email"},
        ACCOUNT_SIGNUP_FIELDS=["email*", "password1*"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        IDP_OIDC_ADAPTER="tests.partners.provider.claims.Claims",
        IDP_OIDC_PRIVATE_KEY=(folder / "key.pem").read_text(),
        FOLDER=folder,
        USE_TZ=True,
    )
    django.setup()


def fill(people: list[str], redirects: list[str]) -> None:
    """The people, and the one application that may ask for them."""
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    call_command("migrate", verbosity=0)
    for email in people:
        user = User.objects.create_user(username=email, email=email, password=PASSWORD)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Client.objects.create(
        id=CLIENT_ID,
        name="CPOR",
        secret=make_password(CLIENT_SECRET),
        scopes="openid\nprofile\nemail",
        redirect_uris="\n".join(redirects),
        skip_consent=True,
    )


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None: ...


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


if __name__ == "__main__":
    port, at = int(sys.argv[1]), Path(sys.argv[2])
    configure(at)
    said = json.loads((at / "world.json").read_text())
    fill(said["people"], said["redirects"])
    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", port, get_wsgi_application(), server_class=Threads, handler_class=Quiet).serve_forever()
