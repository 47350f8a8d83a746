from django.urls import path

from complaints.views import assigning, case, here, recomputing, texts, triage

app_name = "triage"
urlpatterns = [
    path("", triage.queue, name="queue"),
    path("filters/", triage.save_filter, name="save_filter"),
    path("filters/<uuid:filter_id>/delete/", triage.delete_filter, name="delete_filter"),
    path("bulk/", triage.bulk, name="bulk"),
    path("bulk/<uuid:run_id>/undo/", triage.undo, name="undo"),
    path("assignment/", assigning.rules, name="rules"),
    path("assignment/new/", assigning.rule, name="rule_new"),
    path("assignment/<uuid:rule_id>/", assigning.rule, name="rule"),
    path("assignment/<uuid:rule_id>/move/", assigning.move_rule, name="rule_move"),
    path("absences/", assigning.absences, name="absences"),
    path("absences/<uuid:absence_id>/end/", assigning.end_absence, name="absence_end"),
    path("calendars/", recomputing.calendars, name="calendars"),
    path("calendars/<uuid:calendar_id>/", recomputing.calendar, name="calendar"),
    path("escalations/<uuid:escalation_id>/acknowledge/", case.acknowledge, name="acknowledge"),
    path("<str:number>/", case.case, name="case"),
    path("<str:number>/here/", here.here, name="here"),
    path("<str:number>/texts/", texts.texts, name="texts"),
    path("<str:number>/letter.pdf", case.letter_pdf, name="letter_pdf"),
    path("<str:number>/<slug:code>/", case.act, name="act"),
]
