from django.urls import path

from owners.views import imports, join, mine, people

app_name = "owners"
urlpatterns = [
    path("registry/", people.overview, name="registry"),
    path("registry/people/", people.people, name="people"),
    path("registry/people/<uuid:person_id>/", people.person, name="person"),
    path("registry/units/", people.units, name="units"),
    path("registry/units/<uuid:unit_id>/", people.unit, name="unit"),
    path("registry/claims/", people.claims, name="claims"),
    path("registry/import/", imports.upload, name="import_upload"),
    path("registry/import/<uuid:import_id>/", imports.page, name="import"),
    path("registry/import/<uuid:import_id>/progress/", imports.progress, name="import_progress"),
    path("registry/import/<uuid:import_id>/retry/", imports.retry, name="import_retry"),
    path("registry/import/<uuid:import_id>/start/", imports.start, name="import_start"),
    path("registry/import/<uuid:import_id>/undo/", imports.undo, name="import_undo"),
    path("registry/import/<uuid:import_id>/errors.csv", imports.errors_file, name="import_errors"),
    path("units/", mine.my_units, name="my_units"),
    path("units/ask/", mine.ask, name="ask"),
    path("units/requests/<uuid:claim_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("join/done/", join.joined, name="joined"),
    path("join/<str:token>/", join.join, name="join"),
]
