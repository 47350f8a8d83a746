"""The addresses as the demo has them."""

from django.urls import include, path

from propcomm.urls import urlpatterns as pages

urlpatterns = [*pages, path("demo/", include("propcomm.demo.urls"))]
