from django.urls import path

from contacts.views import letters, register, register_acts, timelines

app_name = "register"
urlpatterns = [
    path("", register.index, name="index"),
    path("new/", register.new, name="new"),
    path("people/", register.people, name="people"),
    path("open/", register.waiting, name="waiting"),
    path("<uuid:record_id>/", register.entry, name="entry"),
    path("<uuid:record_id>/amend/", register.amend, name="amend"),
    path("<uuid:record_id>/settle/", register_acts.settle, name="settle"),
    path("<uuid:record_id>/tasks/", register_acts.add_task, name="add_task"),
    path("tasks/<uuid:task_id>/done/", register_acts.finish_task, name="finish_task"),
    path("<uuid:record_id>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("of/<slug:kind>/<uuid:key>/", timelines.timeline, name="timeline"),
]
