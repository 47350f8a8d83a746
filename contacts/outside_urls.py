"""What is opened by a link, without an account."""

from django.urls import path

from contacts.views import outside

app_name = "outside"
urlpatterns = [path("<str:token>/", outside.door, name="door")]
