from django.urls import include, path

from notices import chase_views, proof_views, reach_views, views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:delivery_id>/", views.message, name="message"),
    path("<uuid:delivery_id>/confirm/", reach_views.confirm_in_portal, name="confirm_in_portal"),
    path("confirm/<str:token>/", reach_views.confirm_by_link, name="confirm"),
    path("manage/proofs/<uuid:pack_id>/", proof_views.proof, name="proof"),
    path("manage/proofs/<uuid:pack_id>/pdf/", proof_views.fetch, name="proof_pdf"),
    path("manage/recipients/<uuid:recipient_id>/", chase_views.hand, name="hand"),
    path("manage/recipients/<uuid:recipient_id>/tap/", chase_views.tap, name="tap"),
    path("manage/<uuid:notice_id>/", include("notices.reach_urls")),
]
