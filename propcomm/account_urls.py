"""The account's addresses: ours first, under allauth's names, then allauth's."""

from django.urls import include, path

from notices import factor_views
from propcomm import account_views as views

urlpatterns = [
    path("reauthenticate/code/", views.ReauthenticateByCode.as_view(), name="account_reauthenticate_by_code"),
    path("2fa/required/", views.second_factor, name="second_factor"),
    path("2fa/elsewhere/", views.second_factor_elsewhere, name="second_factor_elsewhere"),
    # "key" is how the logs know that a private link follows.
    path("2fa/reset/key/<str:token>/", factor_views.stop, name="stop_factor_reset"),
    path("2fa/totp/activate/", views.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", views.SetUpPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", views.recovery_codes_file, name="mfa_download_recovery_codes"),
    path("sessions/", views.Devices.as_view(), name="usersessions_list"),
    path("", include("allauth.urls")),
]
