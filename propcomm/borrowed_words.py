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
    _("Security key added."),
    _("Security key removed."),
    _("Email"),
    _("Remember Me"),
    _("Email Addresses"),
    _("The following email addresses are associated with your account:"),
    _("Make Primary"),
    _("Re-send Verification"),
    _("Add Email Address"),
    _("Add Email"),
    _("Verified"),
    _("Unverified"),
    _("Primary"),
    _("Change Password"),
    _("New"),
)
