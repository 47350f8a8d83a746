from django.urls import path

from privacy.views import desk, erase, mine

app_name = "privacy"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("ask/", mine.ask, name="ask"),
    path("exports/", mine.make, name="make"),
    path("exports/<uuid:export_id>/", mine.export, name="export"),
    path("exports/<uuid:export_id>/file/", mine.fetch, name="fetch"),
    path("mine/<uuid:request_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("requests/", desk.requests, name="requests"),
    path("requests/<uuid:request_id>/", desk.request_page, name="request"),
    path("requests/<uuid:request_id>/answer/", desk.answer, name="answer"),
    path("people/<uuid:person_id>/", desk.person, name="person"),
    path("people/<uuid:person_id>/enter/", desk.enter, name="enter"),
    path("people/<uuid:person_id>/export/", desk.make_for, name="make_for"),
    path("members/<uuid:membership_id>/", desk.member, name="member"),
    path("holds/", desk.holds, name="holds"),
    path("holds/complaint/", desk.hold_complaint, name="hold_complaint"),
    path("holds/<str:kind>/<uuid:key>/", desk.hold, name="hold"),
    path("holds/<uuid:hold_id>/release/", desk.release, name="release"),
    path("terms/", desk.terms, name="terms"),
    path("erase/<str:kind>/<uuid:key>/", erase.preview, name="erase"),
]
