"""Words of our libraries that we say otherwise: named here so that the catalogue keeps our translation of them."""

from django.utils.translation import gettext_noop as _

BORROWED = (
    _("Two-Factor Authentication"),
    _("Recovery Codes"),
    _("No recovery codes set up."),
    _("Email"),
    _("Activate"),
    _("Deactivate"),
    _("An authenticator app is not active."),
    _("Authentication using an authenticator app is active."),
    _("No security keys have been added."),
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
    _("Confirm Access"),
    _("Please reauthenticate to safeguard your account."),
    _("Enter your password:"),
    _("Alternative options"),
    _("New"),
)
