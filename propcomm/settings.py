"""Settings, all from the environment. `.env.example` lists every name with what it does.

A secret NAME may also be given as a file, NAME_FILE.
"""

import sys
from datetime import time, timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

from propcomm.logs import logging_of
from propcomm.rhythm import RHYTHM
from propcomm.rooms import (  # noqa: F401
    ACCESS_DOORS,
    API_ENUM_NAMES,
    ATTACHMENT_GATES,
    AUDIT_NAMELESS,
    AUDIT_PAGES,
    DEALING_FOLLOWERS,
    ENQUIRY_TO_COMPLAINT,
    OUTBOX_WITHHELD,
    PUBLICATION_PAGES,
    REGISTER_LINKS,
    REGISTER_WITHHELD,
    STANDARD_SOURCES,
    TIMELINE_SOURCES,
)

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

DEMO = env.bool("PROPCOMM_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
SECRET_KEY = env.str("SECRET_KEY")
# Keys of before, still believed while a new one takes over.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# -- hosts -------------------------------------------------------------------------------------------------------
BASE_DOMAIN = env.str("PROPCOMM_BASE_DOMAIN", default="localhost")
SINGLE_ORGANISATION = env.str("PROPCOMM_SINGLE_ORGANISATION", default="")
# Links in mail are built from this and the organisation's slug, never from a request's Host header.
PUBLIC_SCHEME = env.str("PROPCOMM_PUBLIC_SCHEME", default="http" if DEMO or TESTING else "https")
PUBLIC_PORT = env.str("PROPCOMM_PUBLIC_PORT", default="")
# The organisation's middleware refuses hosts it does not know; Django's own list stays as a second fence.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[f".{BASE_DOMAIN}", "localhost", "127.0.0.1"])

# -- rooms -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "propcomm.apps.PropcommConfig",
    "privacy",
    "reports",
    "complaints",
    "disclosures",
    "contacts",
    "notices",
    "owners",
    "attachments",
    "deadlines",
    "audit",
    "tenancy",
    "propcomm.apps.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "phonenumber_field",
    "csp",
]

MIDDLEWARE = [
    "propcomm.request_marks.RequestMarkMiddleware",
    "propcomm.browser.AnswerHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "propcomm.browser.NonceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenancy.middleware.OrganisationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenancy.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "propcomm.browser.OwnPagesOnlyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenancy.middleware.MembershipMiddleware",
    "audit.middleware.TrailMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tenancy.sessions.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenancy.second_factor.SecondFactorMiddleware",
    "tenancy.stepping_up.StepUpMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenancy.middleware.DomainErrorMiddleware",
    "propcomm.limited.LimitMiddleware",
]

ROOT_URLCONF = "propcomm.urls"
WSGI_APPLICATION = "propcomm.wsgi.application"
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
                "propcomm.context.page",
            ],
        },
    },
]

FORM_RENDERER = "propcomm.form_renderer.FormRenderer"

# -- database: three roles, see docs/tenancy.md --------------------------------------------------------------------
_app = env.db_url("DATABASE_URL")
_owner = env.db_url("DATABASE_OWNER_URL", default=env.str("DATABASE_URL"))
_system = env.db_url("DATABASE_SYSTEM_URL", default=env.str("DATABASE_URL"))
# Copies: parallel test runs give each alias a database name of its own making.
DATABASES = {"default": dict(_owner if TESTING else _app), "owner": dict(_owner), "system": dict(_system)}
for _database in DATABASES.values():
    _database["ENGINE"] = "tenancy.postgresql"
    _database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    _database["CONN_HEALTH_CHECKS"] = True
    # A stuck statement must not hold a worker for ever; PgBouncer in transaction mode needs no server-side cursors.
    _database["OPTIONS"] = {"connect_timeout": 5, "application_name": "propcomm"}
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
APPLICATION_ROLE = _app["USER"]
SYSTEM_ROLE = _system["USER"]
MIGRATION_DATABASE = "default" if TESTING else "owner"
DATABASE_ROUTERS = ["tenancy.routers.MigrateAsOwner"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- broker, cache, tasks --------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "propcomm.steady_cache.SteadyCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "propcomm",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# How often something may be done: tenancy/data/limits.yaml. Tests count in memory unless they bring a store.
LIMITS_FILE = env.str("PROPCOMM_LIMITS_FILE", default="")
LIMITS_STORE = "" if TESTING else REDIS_URL
CELERY_BROKER_URL = REDIS_URL
CELERY_BEAT_SCHEDULE = RHYTHM

# -- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "propcomm.account_forms.PasswordBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "propcomm.password_words.HouseWordsValidator"},
    {"NAME": "tenancy.passwords.EasilyGuessedValidator"},
]
ACCOUNT_ADAPTER = "propcomm.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "propcomm.account_forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
# Digits, which every keyboard has and every phone offers from the message. Mail may be slow: ten minutes.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": True, "length": 8}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Ours decide (tenancy/data/limits.yaml): allauth's are not atomic, and an absent cache would make them an error page.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
MFA_ADAPTER = "propcomm.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "propcomm.passkey_forms.AddPasskey",
    "authenticate_webauthn": "propcomm.passkey_forms.UsePasskey",
    "login_webauthn": "propcomm.passkey_forms.SignInByPasskey",
    "reauthenticate_webauthn": "propcomm.passkey_forms.ProveByPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
# Browsers give passkeys to secure pages and to localhost only; the library accepts the latter when told to.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_SCHEME == "http"

# Roles that need a second factor before their first page. The demo and the tests of everything else do without.
_SECOND_FACTOR_ROLES = ["clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor", "committee"]
SECOND_FACTOR_ROLES = env.list("PROPCOMM_SECOND_FACTOR_ROLES", default=_SECOND_FACTOR_ROLES)
if DEMO or TESTING:
    SECOND_FACTOR_ROLES = []
# Who lost theirs waits so long after an administrator asked for its reset, and can stop it meanwhile.
FACTOR_RESET_WAITS = {
    "staff": timedelta(hours=env.int("PROPCOMM_FACTOR_RESET_HOURS", default=24)),
    "resident": timedelta(hours=env.int("PROPCOMM_FACTOR_RESET_RESIDENT_HOURS", default=1)),
}
# Acts that reach far ask for a proof that is at most this old.
STEP_UP = not TESTING
STEP_UP_SECONDS = env.int("PROPCOMM_STEP_UP_SECONDS", default=300)
ACCOUNT_REAUTHENTICATION_TIMEOUT = STEP_UP_SECONDS
# In statistics for owners a count from 1 up to this is covered (domain.md 2.10, survey.k_anonymity).
STATISTICS_COVER_BELOW = env.int("PROPCOMM_STATISTICS_COVER_BELOW", default=5)
# How long a session lasts unused, and at most.
SESSION_LIMITS = {
    "staff": (
        timedelta(minutes=env.int("PROPCOMM_STAFF_SESSION_IDLE_MINUTES", default=60)),
        timedelta(hours=env.int("PROPCOMM_STAFF_SESSION_HOURS", default=12)),
    ),
    "resident": (
        timedelta(days=env.int("PROPCOMM_RESIDENT_SESSION_IDLE_DAYS", default=14)),
        timedelta(days=env.int("PROPCOMM_RESIDENT_SESSION_DAYS", default=90)),
    ),
}
# The cookie outlives the longest idle time a little: the server decides (tenancy/sessions.py), not the browser.
SESSION_COOKIE_AGE = int(max(idle for idle, _longest in SESSION_LIMITS.values()).total_seconds()) + 24 * 3600

# -- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["propcomm.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DB_FORMAT = "E164"

# -- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
# Look where the files are when one is asked for: all of them need not be listed for every test client.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
# The fonts of the PDF files take minutes to compress and are not sent to browsers.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "jpeg", "gif", "webp", "ico", "gz", "br", "woff", "woff2", "otf"]
STORAGE_ROOT = Path(env.str("STORAGE_ROOT", default=str(BASE_DIR / "var" / "private")))
_static_backend = "propcomm.static_files.StaticFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(STORAGE_ROOT)}},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(STORAGE_ROOT)}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING or DEBUG else _static_backend
    },
}
PRIVATE_STORAGE_ROOT = STORAGE_ROOT
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A virus scanner that speaks clamd's protocol: clamd://HOST:PORT or clamd+unix:///PATH. Nothing is taken unscanned then.
UPLOAD_SCANNER_URL = env.str("UPLOAD_SCANNER_URL", default="")
# Places outside the database that must forget an erased person: callable(patterns, numbers).
ERASURE_SINKS = ["propcomm.demo.mailbox.forget"] if DEMO else []
# -- audit log: once a day the newest link of each organisation's chain is signed and leaves the database -------------------
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY", default=SECRET_KEY)
AUDIT_HEADS_AT = time.fromisoformat(env.str("AUDIT_HEADS_AT", default="00:10"))  # UTC
AUDIT_HEADS_ROOT = Path(env.str("AUDIT_HEADS_ROOT", default=str(STORAGE_ROOT / "audit-heads")))
AUDIT_HEADS_MAIL = env.str("AUDIT_HEADS_MAIL", default="")

# -- mail ------------------------------------------------------------------------------------------------------------
EMAIL = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
# How long one answer of the mail server is waited for; a message has several (see handing_lease_seconds).
EMAIL_TIMEOUT = env.float("PROPCOMM_MAIL_SECONDS", default=15.0)
# How fast messages leave, and when what failed is tried again: notices/data/sending.yaml.
SENDING_FILE = env.str("PROPCOMM_SENDING_FILE", default="")
# Each channel of a worker process has a thread, so that a server that hangs holds up its own messages alone.
SENDING_IN_THREADS = not TESTING
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"PropComm <no-reply@{BASE_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# SMS and letters as files for whoever sends them: notices/channels/drops.py.
SPOOL_ROOT = Path(env.str("PROPCOMM_SPOOL_ROOT", default=str(STORAGE_ROOT / "spool")))
# Less than the ten seconds that one organisation may keep another waiting: a line stands still meanwhile.
GATEWAY_SECONDS = env.float("PROPCOMM_GATEWAY_SECONDS", default=8.0)
GATEWAYS_MAY_BE_PRIVATE = env.bool("PROPCOMM_GATEWAYS_MAY_BE_PRIVATE", default=False)
# Push messages to browsers: the key pair of this installation (manage.py push_keys makes one) and whom services may ask.
PUSH_KEY = env.str("PROPCOMM_PUSH_KEY", default="")
PUSH_CONTACT = env.str("PROPCOMM_PUSH_CONTACT", default=f"mailto:postmaster@{BASE_DOMAIN}")
PUSH_HOSTS = env.list(
    "PROPCOMM_PUSH_HOSTS",
    default=["fcm.googleapis.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"],
)
# Where returned mail is read: imaps://USER:PASSWORD@HOST/FOLDER.
BOUNCES_URL = env.str("PROPCOMM_BOUNCES_URL", default="")
# Mail from owners: the mailbox, and the address it belongs to, as in service@mail.example.com. See docs/inbound.md.
INBOUND_URL = env.str("PROPCOMM_INBOUND_URL", default="")
INBOUND_ADDRESS = env.str("PROPCOMM_INBOUND_ADDRESS", default="")
# The demo's captured mail, shown at /demo/outbox/.
OUTBOX_ROOT = Path(env.str("PROPCOMM_OUTBOX_ROOT", default=str(BASE_DIR / "var" / "outbox")))

# -- API: see tenancy/api ---------------------------------------------------------------------------------------------
API = {
    "PAGE_ROWS": 50,
    "TOKEN_DAYS": env.int("PROPCOMM_API_TOKEN_DAYS", default=90),
    "TOKENS_PER_MEMBER": 20,
    "LAST_USED_MINUTES": 15,
    # How long an Idempotency-Key brings the same answer.
    "KEY_HOURS": 24,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenancy.api.doors.ByToken", "tenancy.api.doors.BySession"],
    "DEFAULT_PERMISSION_CLASSES": ["tenancy.api.doors.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["tenancy.api.reading.BoundedJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tenancy.api.reading.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "tenancy.api.describing.Described",
    "EXCEPTION_HANDLER": "tenancy.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PropComm",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenancy.api.describing.last_touch",
    ],
    "ENUM_NAME_OVERRIDES": API_ENUM_NAMES,
}

# -- browser ---------------------------------------------------------------------------------------------------------
SECURE_TRANSPORT = env.bool("PROPCOMM_HTTPS", default=not (DEMO or TESTING or DEBUG))
SECURE_SSL_REDIRECT = SECURE_TRANSPORT
# A program that talks plain HTTP is refused, not led on: its token has been seen by then (propcomm/browser.py).
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^api/"]
SECURE_HSTS_SECONDS = 31536000 if SECURE_TRANSPORT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TRANSPORT
SECURE_HSTS_PRELOAD = SECURE_TRANSPORT
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("PROPCOMM_BEHIND_PROXY", default=False)
# Who may say in X-Forwarded-For whose request it is; see tenancy/addresses.py.
TRUSTED_PROXIES = env.str("PROPCOMM_TRUSTED_PROXIES", default="")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_host_prefix = "__Host-" if SECURE_TRANSPORT else ""
SESSION_COOKIE_NAME = f"{_host_prefix}session"
CSRF_COOKIE_NAME = f"{_host_prefix}csrf"
LANGUAGE_COOKIE_NAME = f"{_host_prefix}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# What /.well-known/security.txt names, several separated by commas; without it security@ of the base domain.
SECURITY_CONTACT = env.str("PROPCOMM_SECURITY_CONTACT", default="")
CSRF_FAILURE_VIEW = "propcomm.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
WHITENOISE_ALLOW_ALL_ORIGINS = False
X_FRAME_OPTIONS = "DENY"
# What no page here needs, no page may ask for; cameras and places come from the file chooser.
_denied = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "serial",
    "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
# On every answer, errors and static files too.
ANSWER_HEADERS = {
    "X-Frame-Options": X_FRAME_OPTIONS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    # What a view does not say otherwise; WhiteNoise says it for static files.
    "Cache-Control": "private, no-store",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _denied),
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
    }
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# -- logs: never bodies, codes, tokens, phones or the words of a complaint; see propcomm/logs.py -------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="line")
DEFAULT_EXCEPTION_REPORTER_FILTER = "propcomm.request_marks.DiscreetReports"
LOGGING = logging_of(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO"))
