from django.urls import include, path

from notices import board_views, chase_views, manage_acts, manage_views, paper_views, proof_views, reach_views, views
from notices.views import choosing, leaving, pushing, telling

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("preferences/", choosing.own, name="preferences"),
    path("push/worker.js", pushing.worker, name="push_worker"),
    path("push/subscribe/", pushing.subscribe, name="push_subscribe"),
    path("push/unsubscribe/", pushing.unsubscribe, name="push_unsubscribe"),
    path("stop/<str:token>/", leaving.stop, name="stop"),
    path("receipts/<slug:code>/", telling.receipt, name="receipt"),
    path("manage/", manage_views.index, name="manage"),
    path("manage/new/", manage_views.new, name="manage_new"),
    path("manage/<uuid:notice_id>/", manage_views.notice, name="manage_notice"),
    path("manage/<uuid:notice_id>/edit/", manage_views.edit, name="manage_edit"),
    path("manage/<uuid:notice_id>/progress/", manage_views.progress, name="manage_progress"),
    path("manage/<uuid:notice_id>/correct/", manage_acts.correct, name="manage_correct"),
    path("manage/<uuid:notice_id>/act/<slug:name>/", manage_acts.act, name="manage_act"),
    path("read/<uuid:notice_id>/", manage_acts.read, name="read"),
    path("<uuid:delivery_id>/", views.message, name="message"),
    path("<uuid:delivery_id>/confirm/", reach_views.confirm_in_portal, name="confirm_in_portal"),
    path("confirm/<str:token>/", reach_views.confirm_by_link, name="confirm"),
    path("board/", board_views.board, name="board"),
    path("board/<uuid:notice_id>/", board_views.one, name="board_notice"),
    path("board/<uuid:notice_id>/event.ics", board_views.event, name="event"),
    path("feeds/", board_views.feed_list, name="feeds"),
    path("feeds/<uuid:feed_id>/end/", board_views.end_feed, name="end_feed"),
    path("feed/<str:secret>/board.ics", board_views.feed_ics, name="feed_ics"),
    path("feed/<str:secret>/board.rss", board_views.feed_rss, name="feed_rss"),
    path("manage/<uuid:notice_id>/paper/", paper_views.paper, name="paper"),
    path("manage/<uuid:notice_id>/paper/<uuid:run_id>/", paper_views.paper_run, name="paper_run"),
    path("manage/<uuid:notice_id>/paper/<uuid:run_id>/pdf/", paper_views.paper_file, name="paper_file"),
    path("manage/<uuid:notice_id>/paper/<uuid:run_id>/posted/", paper_views.posted, name="posted"),
    path("manage/proofs/<uuid:pack_id>/", proof_views.proof, name="proof"),
    path("manage/proofs/<uuid:pack_id>/pdf/", proof_views.fetch, name="proof_pdf"),
    path("manage/recipients/<uuid:recipient_id>/", chase_views.hand, name="hand"),
    path("manage/recipients/<uuid:recipient_id>/tap/", chase_views.tap, name="tap"),
    path("manage/<uuid:notice_id>/", include("notices.reach_urls")),
]
