from django.urls import path

from disclosures.views import acts, columns, papers, questions, statements

app_name = "disclosures"
urlpatterns = [
    path("", statements.index, name="index"),
    path("bring-in/", acts.bring_in, name="bring_in"),
    path("bring-in/columns/", columns.choose, name="columns"),
    path("<uuid:statement_id>/", statements.statement, name="statement"),
    path("<uuid:statement_id>/pdf/", papers.pdf, name="pdf"),
    path("<uuid:statement_id>/minutes/", papers.minutes, name="minutes"),
    path("<uuid:statement_id>/xlsx/", papers.xlsx, name="xlsx"),
    path("<uuid:statement_id>/do/<slug:name>/", acts.act, name="act"),
    path("<uuid:statement_id>/send-back/", acts.send_back, name="send_back"),
    path("<uuid:statement_id>/sign/", acts.sign, name="sign"),
    path("<uuid:statement_id>/return/", acts.give_back, name="return"),
    path("<uuid:statement_id>/correct/", acts.correct, name="correct"),
    path("<uuid:statement_id>/ask/", questions.ask, name="ask"),
    path("lines/<uuid:line_id>/", statements.line, name="line"),
    path("lines/<uuid:line_id>/ask/", questions.ask_line, name="ask_line"),
    path("lines/<uuid:line_id>/seen/", acts.seen, name="seen"),
    path("lines/<uuid:line_id>/vouchers/", acts.vouchers, name="vouchers"),
    path("questions/<uuid:remark_id>/", questions.answer, name="answer"),
]
