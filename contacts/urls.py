from django.urls import path

from contacts.views import card, directory, duties, exchange, feeds, parts

app_name = "contacts"
urlpatterns = [
    path("", directory.index, name="index"),
    path("new/", directory.new, name="new"),
    path("import/", exchange.upload, name="import"),
    path("import/apply/", exchange.apply, name="import_apply"),
    path("export.csv", exchange.export_csv, name="export_csv"),
    path("export.xlsx", exchange.export_xlsx, name="export_xlsx"),
    path("export.vcf", exchange.export_vcf, name="export_vcf"),
    path("cards/", card.cards, name="cards"),
    path("card/<uuid:building_id>/", card.card, name="card"),
    path("card/<uuid:building_id>/kept/", card.kept, name="card_kept"),
    path("card/<uuid:building_id>/pdf/", card.card_pdf, name="card_pdf"),
    path("card/worker.js", card.worker, name="card_worker"),
    path("<uuid:party_id>/", directory.party, name="party"),
    path("<uuid:party_id>/edit/", directory.edit, name="edit"),
    path("<uuid:party_id>/people/new/", parts.person_new, name="person_new"),
    path("people/<uuid:person_id>/", parts.person_edit, name="person_edit"),
    path("people/<uuid:person_id>/remove/", parts.person_remove, name="person_remove"),
    path("<uuid:party_id>/contracts/new/", parts.contract_new, name="contract_new"),
    path("contracts/<uuid:contract_id>/", parts.contract_edit, name="contract_edit"),
    path(
        "contracts/<uuid:contract_id>/files/<uuid:file_id>/remove/",
        parts.contract_file_remove,
        name="contract_file_remove",
    ),
    path("<uuid:party_id>/certificates/new/", parts.certificate_new, name="certificate_new"),
    path("certificates/<uuid:certificate_id>/", parts.certificate_edit, name="certificate_edit"),
    path("<uuid:party_id>/evaluate/", parts.evaluate, name="evaluate"),
    path("calendar/", duties.calendar, name="calendar"),
    path("calendar/new/", duties.new, name="duty_new"),
    path("calendar/feeds/", feeds.feed_list, name="duty_feeds"),
    path("calendar/feeds/<uuid:feed_id>/end/", feeds.end_feed, name="duty_feed_end"),
    path("calendar/feed/<str:secret>/due.ics", feeds.feed_ics, name="duty_feed_ics"),
    path("calendar/<uuid:duty_id>/", duties.duty, name="duty"),
    path("calendar/<uuid:duty_id>/edit/", duties.edit, name="duty_edit"),
    path("calendar/<uuid:duty_id>/done/", duties.done, name="duty_done"),
    path("calendar/<uuid:duty_id>/stop/", duties.stop, name="duty_stop"),
    path("calendar/<uuid:duty_id>/resume/", duties.resume, name="duty_resume"),
]
