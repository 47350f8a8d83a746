"""Addresses on an organisation's host."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from complaints.views import mail_door
from propcomm import views

urlpatterns = [
    path("", views.home, name="home"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("language/", views.set_language, name="set_language"),
    path("accounts/tokens/", include("owners.token_urls")),
    path("accounts/", include("propcomm.account_urls")),
    path("api/v1/", include("propcomm.api_urls")),
    path("complaints/", include("complaints.urls")),
    path("q/", include("complaints.place_urls")),
    path("mail/in/", mail_door.take, name="mail_door"),
    path("notices/", include("notices.urls")),
    path("contacts/", include("contacts.urls")),
    path("register/", include("contacts.register_urls")),
    path("outside/", include("contacts.outside_urls")),
    path("files/", include("attachments.urls")),
    path("reports/", include("reports.urls")),
    path("disclosures/", include("disclosures.urls")),
    path("enquiries/", include("disclosures.enquiry_urls")),
    path("privacy/", include("privacy.urls")),
    path("registry/", include("notices.registry_urls")),
    path("", include("owners.urls")),
    path("admin/mail/", include("complaints.mail_urls")),
    path("admin/triage/", include("complaints.triage_urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("propcomm.demo.urls")))
