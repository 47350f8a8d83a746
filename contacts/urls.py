from django.urls import path

from contacts.views import card, directory, exchange, outages, outages_here, parts

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
    path("outages/", outages.index, name="outages"),
    path("outages/new/", outages.new, name="outage_new"),
    path("outages/here/", outages_here.here, name="outages_here"),
    path("outages/<uuid:outage_id>/", outages.outage, name="outage"),
    path("outages/<uuid:outage_id>/change/", outages.change, name="outage_change"),
    path("outages/<uuid:outage_id>/relay/", outages.relay, name="outage_relay"),
    path("outages/<uuid:outage_id>/follow/", outages_here.follow, name="outage_follow"),
    path("outages/<uuid:outage_id>/follow-for/", outages_here.follow_for, name="outage_follow_for"),
    path("outages/<uuid:outage_id>/unfollow/", outages_here.unfollow, name="outage_unfollow"),
    path("outages/<uuid:outage_id>/<slug:name>/", outages.act, name="outage_act"),
    path("<uuid:party_id>/", directory.party, name="party"),
    path("<uuid:party_id>/edit/", directory.edit, name="edit"),
    path("<uuid:party_id>/people/new/", parts.person_new, name="person_new"),
    path("people/<uuid:person_id>/", parts.person_edit, name="person_edit"),
    path("people/<uuid:person_id>/remove/", parts.person_remove, name="person_remove"),
    path("<uuid:party_id>/contracts/new/", parts.contract_new, name="contract_new"),
    path("contracts/<uuid:contract_id>/", parts.contract_edit, name="contract_edit"),
    path("<uuid:party_id>/certificates/new/", parts.certificate_new, name="certificate_new"),
    path("certificates/<uuid:certificate_id>/", parts.certificate_edit, name="certificate_edit"),
    path("<uuid:party_id>/evaluate/", parts.evaluate, name="evaluate"),
]
