from django.urls import path

from contacts.views import letters, matters, promises, register, register_acts, timelines

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
    path("dealings/", matters.index, name="matters"),
    path("dealings/new/", matters.new, name="matter_new"),
    path("dealings/<uuid:matter_id>/", matters.matter, name="matter"),
    path("dealings/<uuid:matter_id>/edit/", matters.edit, name="matter_edit"),
    path("dealings/<uuid:matter_id>/wait/", matters.wait, name="matter_wait"),
    path("dealings/<uuid:matter_id>/resume/", matters.resume, name="matter_resume"),
    path("dealings/<uuid:matter_id>/end/", matters.end, name="matter_end"),
    path("dealings/<uuid:matter_id>/cases/", matters.link, name="matter_link"),
    path("dealings/<uuid:matter_id>/cases/<uuid:link_id>/remove/", matters.unlink, name="matter_unlink"),
    path("dealings/<uuid:matter_id>/steps/", matters.add_step, name="step_add"),
    path("dealings/steps/<uuid:step_id>/done/", matters.finish_step, name="step_done"),
    path("of/<slug:kind>/<uuid:key>/", timelines.timeline, name="timeline"),
]
