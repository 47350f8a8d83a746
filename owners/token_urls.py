from django.urls import path

from owners.views import tokens

app_name = "api_tokens"
urlpatterns = [
    path("", tokens.tokens, name="list"),
    path("<uuid:token_id>/revoke/", tokens.revoke, name="revoke"),
]
