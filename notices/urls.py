from django.urls import path

from notices import manage_acts, manage_views, views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("manage/", manage_views.index, name="manage"),
    path("manage/new/", manage_views.new, name="manage_new"),
    path("manage/<uuid:notice_id>/", manage_views.notice, name="manage_notice"),
    path("manage/<uuid:notice_id>/edit/", manage_views.edit, name="manage_edit"),
    path("manage/<uuid:notice_id>/progress/", manage_views.progress, name="manage_progress"),
    path("manage/<uuid:notice_id>/correct/", manage_acts.correct, name="manage_correct"),
    path("manage/<uuid:notice_id>/act/<slug:name>/", manage_acts.act, name="manage_act"),
    path("read/<uuid:notice_id>/", manage_acts.read, name="read"),
    path("<uuid:delivery_id>/", views.message, name="message"),
]
