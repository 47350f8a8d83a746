"""Enquiries, as staff and as whoever asks meet them."""

from django.urls import path

from disclosures.views import enquiries, enquiry_acts, votes

app_name = "enquiries"
urlpatterns = [
    path("", enquiry_acts.index, name="index"),
    path("mine/", enquiries.mine, name="mine"),
    path("open/", enquiries.opened, name="opened"),
    path("new/", enquiries.new, name="new"),
    path("enter/", enquiry_acts.enter, name="enter"),
    path("mine/<uuid:enquiry_id>/", enquiries.own, name="own"),
    path("mine/<uuid:enquiry_id>/back/", enquiries.back, name="back"),
    path("mine/<uuid:enquiry_id>/settled/", enquiries.settled, name="settled"),
    path("open/<uuid:enquiry_id>/vote/", votes.enquiry, name="vote"),
    path("<uuid:enquiry_id>/", enquiry_acts.enquiry, name="enquiry"),
    path("<uuid:enquiry_id>/take/", enquiry_acts.take, name="take"),
    path("<uuid:enquiry_id>/assign/", enquiry_acts.assign, name="assign"),
    path("<uuid:enquiry_id>/answer/", enquiry_acts.answer, name="answer"),
    path("<uuid:enquiry_id>/close/", enquiry_acts.close, name="close"),
    path("<uuid:enquiry_id>/open/", enquiry_acts.open_to_all, name="open"),
    path("<uuid:enquiry_id>/take-back/", enquiry_acts.take_back, name="take_back"),
]
