"""Under ``/notices/manage/<uuid>/``: reach and what is done about it."""

from django.urls import path

from notices import chase_views as chase
from notices import proof_views as proof
from notices import reach_views as views

urlpatterns = [
    path("reach/", views.reach, name="reach"),
    path("proof/", proof.ask, name="proof_ask"),
    path("chase/", chase.chase, name="chase"),
    path("chase/list.csv", chase.export, name="chase_export"),
    path("chase/floor/", chase.floor, name="chase_floor"),
]
