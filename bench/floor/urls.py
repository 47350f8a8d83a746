from django.urls import path

from bench.floor import views

urlpatterns = [
    path("list/<int:organisation>/", views.rows),
    path("search/<int:organisation>/", views.search),
    path("case/<int:organisation>/<str:number>/", views.case),
    path("timeline/<int:organisation>/<uuid:unit>/", views.timeline),
    path("statement/<int:organisation>/<uuid:statement>/", views.statement),
    path("file/<int:organisation>/", views.file),
]
