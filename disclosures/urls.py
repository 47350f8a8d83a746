from django.urls import path

from disclosures.views import acts, article_acts, articles, papers, questions, statements

app_name = "disclosures"
urlpatterns = [
    path("", statements.index, name="index"),
    path("bring-in/", acts.bring_in, name="bring_in"),
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
    path("articles/", articles.index, name="articles"),
    path("articles/bring-in/", article_acts.bring_in, name="article_bring_in"),
    path("articles/suggested/", articles.suggested, name="article_suggested"),
    path("articles/new/", article_acts.new, name="article_new"),
    path("articles/<uuid:article_id>/", articles.article, name="article"),
    path("articles/<uuid:article_id>/at/<slug:key>/", articles.clause, name="clause"),
    path("articles/<uuid:article_id>/versions/<int:number>/", articles.version, name="article_version"),
    path("articles/<uuid:article_id>/vote/", articles.vote, name="article_vote"),
    path("articles/<uuid:article_id>/edit/", article_acts.edit, name="article_edit"),
    path("articles/<uuid:article_id>/publish/", article_acts.publish, name="article_publish"),
    path("articles/<uuid:article_id>/discard/", article_acts.discard, name="article_discard"),
    path("articles/<uuid:article_id>/withdraw/", article_acts.withdraw, name="article_withdraw"),
    path("articles/<uuid:article_id>/look-through/", article_acts.look_through, name="article_look_through"),
]
