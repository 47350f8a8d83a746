from django.urls import path

from notices import registry_views as views
from notices.views import choosing

app_name = "registry"
urlpatterns = [
    path("invitations/", views.invite_many, name="invite_many"),
    path("people/<uuid:person_id>/invite/", views.invite, name="invite"),
    path("people/<uuid:person_id>/preferences/", choosing.of_person, name="preferences"),
    path("claims/<uuid:claim_id>/", views.claim, name="claim"),
    path("claims/<uuid:claim_id>/approve/", views.approve, name="approve"),
    path("claims/<uuid:claim_id>/decline/", views.decline, name="decline"),
]
