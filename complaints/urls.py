"""Complaints as owners and the counter meet them; the staff's triage is in triage_urls."""

from django.urls import path

from complaints.views import counter, escalated, follow, from_enquiry, portal

app_name = "complaints"
urlpatterns = [
    path("", portal.mine, name="mine"),
    path("escalated/", escalated.index, name="escalated"),
    path("new/", portal.new, name="new"),
    path("alike/", portal.alike, name="alike"),
    path("enter/", counter.enter, name="enter"),
    path("from-enquiry/<uuid:enquiry_id>/", from_enquiry.from_enquiry, name="from_enquiry"),
    path("enter/alike/", counter.alike, name="enter_alike"),
    path("enter/people/", counter.people, name="enter_people"),
    path("enter/<str:number>/done/", counter.done, name="entered"),
    path("follow/<str:token>/", follow.case, name="follow"),
    path("follow/<str:token>/filed/", follow.filed, name="follow_filed"),
    path("follow/<str:token>/files/<uuid:attachment_id>/", follow.file, name="follow_file"),
    path("follow/<str:token>/files/<uuid:attachment_id>/thumb/", follow.file, {"thumb": True}, name="follow_thumb"),
    path("follow/<str:token>/letter/", follow.letter, name="follow_letter"),
    path("follow/<str:token>/letter.pdf", follow.letter_pdf, name="follow_letter_pdf"),
    path("follow/<str:token>/<slug:name>/", follow.act, name="follow_act"),
    path("<str:number>/", portal.case, name="case"),
    path("<str:number>/filed/", portal.filed, name="filed"),
    path("<str:number>/letter/", portal.letter, name="letter"),
    path("<str:number>/letter.pdf", portal.letter_pdf, name="letter_pdf"),
    path("<str:number>/<slug:name>/", portal.act, name="act"),
]
