from django.urls import path

from contacts.views import letters, promises, register, register_acts, timelines

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
    path("promises/", promises.index, name="promises"),
    path("promises/new/", promises.new, name="promise_new"),
    path("promises/<uuid:promise_id>/", promises.promise, name="promise"),
    path("promises/<uuid:promise_id>/keep/", promises.keep, name="promise_keep"),
    path("promises/<uuid:promise_id>/break/", promises.break_, name="promise_break"),
    path("promises/<uuid:promise_id>/withdraw/", promises.withdraw, name="promise_withdraw"),
    path("of/<slug:kind>/<uuid:key>/", timelines.timeline, name="timeline"),
]
