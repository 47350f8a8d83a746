"""Where the labels of places lead."""

from django.urls import path

from complaints.views import places

app_name = "places"
urlpatterns = [
    path("<slug:code>/", places.scan, name="scan"),
    path("<slug:code>/alike/", places.alike, name="alike"),
]
