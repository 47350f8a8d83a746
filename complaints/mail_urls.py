"""Mail that waits for a clerk."""

from django.urls import path

from complaints.views import mail

app_name = "inbound"
urlpatterns = [
    path("", mail.index, name="list"),
    path("<uuid:mail_id>/", mail.show, name="mail"),
    path("<uuid:mail_id>/case/", mail.case, name="case"),
    path("<uuid:mail_id>/attach/", mail.attach, name="attach"),
    path("<uuid:mail_id>/discard/", mail.discard, name="discard"),
]
