from django.urls import path

from reports.views import counted, exchange, month, past_due, relays, statistics

app_name = "reports"
urlpatterns = [
    path("", month.index, name="index"),
    path("statistics/", statistics.complaint_statistics, name="statistics"),
    path("past-due/", past_due.register, name="past_due"),
    path("relays/", relays.page, name="relays"),
    path("relays/pdf/", relays.download_pdf, name="relays_pdf"),
    path("relays/xlsx/", relays.download_xlsx, name="relays_xlsx"),
    *(
        path(f"{kind}/{way}", view, {"kind": kind}, name=f"{kind}{suffix}")
        for kind in exchange.KINDS
        for way, view, suffix in (
            ("", exchange.page, ""),
            ("pdf/", exchange.download_pdf, "_pdf"),
            ("xlsx/", exchange.download_xlsx, "_xlsx"),
        )
    ),
    path("analysis/cases/", counted.cases, name="analysis_cases"),
    path("<uuid:run_id>/", month.report, name="report"),
    path("<uuid:run_id>/complaints/", month.complaints, name="complaints"),
    path("<uuid:run_id>/again/", month.again, name="again"),
    path("<uuid:run_id>/pdf/", month.download_pdf, name="pdf"),
    path("<uuid:run_id>/xlsx/", month.download_xlsx, name="xlsx"),
]
