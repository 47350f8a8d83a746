"""Campaigns of publicity, among the addresses of disclosures."""

from django.urls import path

from disclosures.views import campaign_acts, campaign_papers, campaigns

urlpatterns = [
    path("campaigns/", campaigns.index, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="campaign_new"),
    path("campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/pdf/", campaign_papers.pdf, name="campaign_pdf"),
    path("campaigns/<uuid:campaign_id>/xlsx/", campaign_papers.xlsx, name="campaign_xlsx"),
    path("campaigns/<uuid:campaign_id>/edit/", campaigns.edit, name="campaign_edit"),
    path("campaigns/<uuid:campaign_id>/start/", campaign_acts.start, name="campaign_start"),
    path("campaigns/<uuid:campaign_id>/hold-back/", campaign_acts.hold_back, name="campaign_hold_back"),
    path("campaigns/<uuid:campaign_id>/discard/", campaign_acts.discard, name="campaign_discard"),
    path("campaigns/<uuid:campaign_id>/end/", campaign_acts.end, name="campaign_end"),
    path("campaigns/<uuid:campaign_id>/steps/", campaign_acts.step_new, name="campaign_step_new"),
    path("campaigns/steps/<uuid:step_id>/", campaign_acts.step, name="campaign_step"),
    path("campaigns/steps/<uuid:step_id>/done/", campaign_acts.step_done, name="campaign_step_done"),
    path("campaigns/steps/<uuid:step_id>/drop/", campaign_acts.step_drop, name="campaign_step_drop"),
    path("campaigns/sheets/<uuid:sheet_id>/", campaigns.sheet, name="campaign_sheet"),
]
