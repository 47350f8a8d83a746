from django.urls import path

from notices import views
from notices.views import choosing, leaving, telling

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("preferences/", choosing.own, name="preferences"),
    path("stop/<str:token>/", leaving.stop, name="stop"),
    path("receipts/<slug:code>/", telling.receipt, name="receipt"),
    path("<uuid:delivery_id>/", views.message, name="message"),
]
