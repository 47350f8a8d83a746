"""Addresses on the bare base domain, which belongs to no organisation."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from propcomm import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.landing, name="home"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("language/", views.set_language, name="set_language"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("propcomm.demo.urls")))
