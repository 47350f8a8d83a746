from django.urls import path

from notices import factor_views, reach_views
from notices import registry_views as views
from notices.views import choosing

app_name = "registry"
urlpatterns = [
    path("invitations/", views.invite_many, name="invite_many"),
    path("people/<uuid:person_id>/invite/", views.invite, name="invite"),
    path("people/<uuid:person_id>/notices/", reach_views.of_person, name="notices_of_person"),
    path("people/<uuid:person_id>/preferences/", choosing.of_person, name="preferences"),
    path("members/<uuid:membership_id>/second-factor/", factor_views.second_factor, name="second_factor"),
    path("members/<uuid:membership_id>/second-factor/take-back/", factor_views.take_back, name="take_back_reset"),
    path("claims/<uuid:claim_id>/", views.claim, name="claim"),
    path("claims/<uuid:claim_id>/approve/", views.approve, name="approve"),
    path("claims/<uuid:claim_id>/decline/", views.decline, name="decline"),
]
