"""Words of our libraries that we say otherwise: named here so that the catalogue keeps our translation of them."""

from django.utils.translation import gettext_noop as _

BORROWED = (
    _("Code"),
    _("Authenticator code"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Enter Sign-In Code"),
    _("Enter Password Reset Code"),
    _("Enter Email Verification Code"),
    _("Email Verification"),
    _("Password Reset"),
    _("Too many failed login attempts. Try again later."),
    _("Email"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Password (again)"),
    _("Remember Me"),
    _("New"),
    # The administration's list of rooms, which Django's own Chinese leaves in English.
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
)
