from django.urls import path

from propcomm.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("sign-in/<uuid:membership_id>/", views.sign_in, name="sign_in"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:name>/", views.letter, name="letter"),
]
