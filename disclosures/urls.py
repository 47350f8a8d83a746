from django.urls import path

from disclosures.views import acts, columns, papers, questions, sharing, standard_acts, standards, statements

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
    path("<uuid:statement_id>/shares/", sharing.shares, name="shares"),
    path("<uuid:statement_id>/shares/xlsx/", sharing.xlsx, name="shares_xlsx"),
    path("lines/<uuid:line_id>/", statements.line, name="line"),
    path("lines/<uuid:line_id>/ask/", questions.ask_line, name="ask_line"),
    path("lines/<uuid:line_id>/seen/", acts.seen, name="seen"),
    path("lines/<uuid:line_id>/vouchers/", acts.vouchers, name="vouchers"),
    path("questions/<uuid:remark_id>/", questions.answer, name="answer"),
    path("standards/", standards.index, name="standards"),
    path("standards/new/", standard_acts.new, name="standard_new"),
    path("standards/board/", standards.board, name="standard_board"),
    path("standards/<uuid:standard_id>/", standards.standard, name="standard"),
    path("standards/<uuid:standard_id>/change/", standard_acts.change, name="standard_change"),
    path("standards/<uuid:standard_id>/end/", standard_acts.end, name="standard_end"),
    path("standards/<uuid:standard_id>/done/", standard_acts.note, name="standard_done"),
    path("standards/<uuid:standard_id>/<int:year>/<int:month>/", standards.month, name="standard_month"),
    path("standards/records/<uuid:record_id>/withdraw/", standard_acts.withdraw, name="standard_withdraw"),
]
