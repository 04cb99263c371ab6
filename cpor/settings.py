"""All settings, in one file; every value that differs between installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from cpor import environment, environment_sign_in

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where we are ---------------------------------------------------------------------------------------------------
environment.check_names(os.environ)
MODE = environment.mode(os.environ)
PRODUCTION = MODE == "production"
DATA_DIR = environment.data_dir(os.environ, BASE_DIR / "var")
SECRET_KEY = environment.secret_key(os.environ, MODE, DATA_DIR)
SECRET_KEY_FALLBACKS = environment.former_keys(os.environ)
DEBUG = False
ALLOWED_HOSTS = environment.allowed_hosts(os.environ, MODE)
SITE_URL = environment.site_url(os.environ, MODE)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []

# --- Who runs the programme -----------------------------------------------------------------------------------------
OPERATOR_NAME = os.environ.get("CPOR_OPERATOR_NAME", "Northgate Programme Office")
SUPPORT_EMAIL = environment.support_email(os.environ)
SUPPORT_URL = environment.page_elsewhere(os.environ, "CPOR_SUPPORT_URL")
VENDOR_URL = environment.page_elsewhere(os.environ, "CPOR_VENDOR_URL")
# The first values of the calendar, which admins keep from then on
OPERATOR_TIME_ZONE = environment.time_zone(os.environ)
HOLIDAY_COUNTRY, HOLIDAY_SUBDIVISION = environment.holiday_region(os.environ)
WORKING_DAYS = environment.working_days(os.environ)

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "cpor.apps.CporConfig",
    "arbitration",
    "claims",
    "partners",
    "directory",
    "events",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    # What sets headers stands before whatever may answer; guesses at passwords are turned away before all that costs.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cpor.health.answer_probes",
    "partners.middleware.gate.SignInGate",
    "cpor.plain.refuse_programs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cpor.compression.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partners.middleware.pages.PrivatePages",
    "partners.middleware.pages.LanguageOfPerson",
    "claims.middleware.OperatorTime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.middleware.sessions.LivingSessions",
    "partners.middleware.second_step.SecondStep",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "cpor.gallery.urls" if MODE == "embedded" else "cpor.urls"  # with the page of components
WSGI_APPLICATION = "cpor.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cpor.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Database: SQLite beside the code, or whatever DATABASE_URL names -----------------------------------------------
DATABASES = {"default": environment.database(os.environ, MODE, DATA_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file in the tests too: SQLite in memory knows neither WAL nor two connections that wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # IMMEDIATE: writers queue instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and broker: Redis where REDIS_URL names one, folders beside the data otherwise ---------------------------
REDIS_URL = environment.redis_url(os.environ, MODE)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"socket_connect_timeout": 5, "socket_keepalive": True}
else:
    for folder in ("broker/queue", "broker/control"):
        (DATA_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost/"  # the host is for the log alone: without one, kombu warns
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker/queue"),
        "data_folder_out": str(DATA_DIR / "broker/queue"),
        "control_folder": str(DATA_DIR / "broker/control"),
        "polling_interval": 0.2,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "deliver-pending-messages": {"task": "events.deliver_due", "schedule": 30.0, "options": {"expires": 25}},
    "sweep-claims": {"task": "claims.sweep", "schedule": 30.0, "options": {"expires": 25}},
    "sweep-cases": {"task": "arbitration.sweep", "schedule": 30.0, "options": {"expires": 25}},
    "count-reports": {"task": "arbitration.count_reports", "schedule": 300.0, "options": {"expires": 280}},
    "end-subscriptions": {"task": "claims.end_subscriptions", "schedule": 3600.0, "options": {"expires": 3000}},
    "inspect-documents": {"task": "claims.inspect_due", "schedule": 30.0, "options": {"expires": 25}},
    "verify-log": {"task": "events.verify", "schedule": 60.0, "options": {"expires": 50}},
    "verify-log-daily": {"task": "events.verify_daily", "schedule": 3600.0, "options": {"expires": 3000}},
    "sweep-files": {"task": "claims.sweep_files", "schedule": 3600.0, "options": {"expires": 3000}},
    "sweep-enrollments": {"task": "partners.sweep_enrollments", "schedule": 900.0, "options": {"expires": 850}},
    "apply-retention": {"task": "claims.sweep_retention", "schedule": 3600.0, "options": {"expires": 3000}},
    "forget-sessions": {"task": "partners.forget_sessions", "schedule": 24 * 3600.0, "options": {"expires": 3600}},
    "forget-lookups": {"task": "claims.forget_lookups", "schedule": 3600.0, "options": {"expires": 3000}},
}

DIRECTORY_SOURCE = "local"  # who answers for customers: directory/sources

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["partners.backends.SignIn"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "partners.passwords.KnownWords"},
    {"NAME": "partners.passwords.Stolen"},
]
STOLEN_PASSWORDS = environment_sign_in.stolen_passwords(os.environ)
PASSWORD_RESET_TIMEOUT = 3600  # seconds in which the link of a mail sets a password
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "partners.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "partners.forms.signing_in.LoginForm",
    "reauthenticate": "partners.forms.signing_in.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by imports and invitations, never by signing up
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.count(os.environ, "CPOR_TRUSTED_PROXIES", 0)
OIDC = environment_sign_in.provider(os.environ, MODE)
SOCIALACCOUNT_ADAPTER = "partners.views.provider.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "partners.views.provider.Provider"}}
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: what a form posts may lead to no other site, by our policy
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
MFA_ADAPTER = "partners.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = f"CPOR, {OPERATOR_NAME}"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is given by an import or an invitation, never by signing up
MFA_REAUTHENTICATION_REQUIRED = False  # partners/urls.py asks, by our own rule
REQUIRE_MFA, REQUIRE_MFA_OF_ALL = environment_sign_in.require_mfa(os.environ, MODE)  # the first: of the operator's
STRANGERS_PER_MINUTE = environment_sign_in.strangers(os.environ)
SESSION_LIMITS = environment_sign_in.session_limits(os.environ)
CONFIRMED_FOR = timedelta(minutes=10)  # how long one need not show again who one is, for what matters
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- Mail -----------------------------------------------------------------------------------------------------------
vars().update(environment.mail(os.environ, MODE, DATA_DIR))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("CPOR_FROM_EMAIL", "CPOR <no-reply@northgate.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = OPERATOR_TIME_ZONE  # until claims.middleware knows the one that admins keep; the database keeps UTC

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cpor.sheets.JoinedSheets",
]
STATIC_ROOT = Path(os.environ.get("CPOR_STATIC_DIR") or DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": environment.evidence(os.environ, DATA_DIR),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = MODE == "test"  # each file is looked for when it is asked for, not all at every start
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it before anything was collected

# --- Files that people send: spooled, inspected, kept outside everything that is served ------------------------------
EVIDENCE_SPOOL = DATA_DIR / "spool"
CLAMD = environment.clamd(os.environ)

# --- Walls ----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]  # programs are refused instead: cpor.plain
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # whether browsers are told beforehand is the choice of the domain's owner
# Browsers take a cookie of this name over HTTPS alone, and from no host but ours.
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"  # which scripts read: a sign-in in another window changes the token
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
MESSAGE_STORAGE = "cpor.told.Told"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cpor.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_HANDLERS = ["claims.uploads.NoFiles"]  # the views that take files say so

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cpor.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cpor.errors.problem",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CPOR",
    "DESCRIPTION": "Partner-of-record claims: check them before sending, send them, follow them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["cpor.openapi.name_problems"],
}

# --- Logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "cpor.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},  # a refused request is no fault of ours
}
