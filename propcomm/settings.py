"""Settings, all from the environment. `.env.example` lists every name with what it does.

A secret NAME may also be given as a file, NAME_FILE.
"""

import sys
from pathlib import Path

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

DEMO = env.bool("PROPCOMM_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
SECRET_KEY = env.str("SECRET_KEY")

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
    "phonenumber_field",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenancy.middleware.OrganisationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenancy.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenancy.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenancy.middleware.DomainErrorMiddleware",
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
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "propcomm",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = REDIS_URL
# A sweep that waited longer than its turn is not needed any more: the next one does its work.
CELERY_BEAT_SCHEDULE = {
    "send-what-waits": {"task": "notices.tasks.send_waiting_deliveries", "schedule": 5.0, "options": {"expires": 10}},
    "sweep-complaints": {"task": "complaints.tasks.sweep_clocks", "schedule": 30.0, "options": {"expires": 60}},
    "make-waiting-reports": {
        "task": "reports.tasks.make_waiting_reports",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "run-waiting-imports": {"task": "owners.tasks.run_waiting_imports", "schedule": 10.0, "options": {"expires": 20}},
    "make-waiting-exports": {
        "task": "privacy.tasks.make_waiting_exports",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    # At night by the server's clock: what is kept no longer.
    "sweep-retention": {
        "task": "privacy.tasks.sweep_retention",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
    "tidy-up": {"task": "propcomm.tasks.tidy_up", "schedule": 900.0, "options": {"expires": 900}},
}

# -- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "propcomm.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

# -- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DB_FORMAT = "E164"

# -- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
# The fonts of the PDF files take minutes to compress and are not sent to browsers.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "jpeg", "gif", "webp", "ico", "gz", "br", "woff", "woff2", "otf"]
STORAGE_ROOT = Path(env.str("STORAGE_ROOT", default=str(BASE_DIR / "var" / "private")))
_static_backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
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
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Places outside the database that must forget an erased person: callable(patterns, numbers).
ERASURE_SINKS = ["propcomm.demo.mailbox.forget"] if DEMO else []
# Who may read an attachment is said by the room that owns its subject.
ATTACHMENT_GATES = {"complaints.complaint": "complaints.queries.attachment_readable_by"}

# -- mail ------------------------------------------------------------------------------------------------------------
EMAIL = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"PropComm <no-reply@{BASE_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The demo's captured mail, shown at /demo/outbox/.
OUTBOX_ROOT = Path(env.str("PROPCOMM_OUTBOX_ROOT", default=str(BASE_DIR / "var" / "outbox")))

# -- browser ---------------------------------------------------------------------------------------------------------
SECURE_TRANSPORT = env.bool("PROPCOMM_HTTPS", default=not (DEMO or TESTING or DEBUG))
SECURE_SSL_REDIRECT = SECURE_TRANSPORT
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if SECURE_TRANSPORT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TRANSPORT
SECURE_HSTS_PRELOAD = SECURE_TRANSPORT
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if env.bool("PROPCOMM_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_host_prefix = "__Host-" if SECURE_TRANSPORT else ""
SESSION_COOKIE_NAME = f"{_host_prefix}session"
CSRF_COOKIE_NAME = f"{_host_prefix}csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "propcomm.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# -- logs: never bodies, codes, tokens, phones or the words of a complaint ---------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
