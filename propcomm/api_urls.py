"""Every address of the API, version 1."""

from django.urls import path, re_path

from attachments import api as files
from audit import api as audit
from complaints.api import beside, cases
from complaints.api import from_enquiry as converting
from contacts import api as contacts
from contacts import draft_api as register_drafts
from contacts import duty_api as duties
from contacts import grant_api as grants
from contacts import internal_api as internal
from contacts import matter_api as dealings
from contacts import outage_api as outages
from contacts import part_api as parts
from contacts import promise_api as promises
from contacts import register_api as register
from contacts import task_api as register_tasks
from contacts import timeline_api as timelines
from disclosures import account_acts_api as account_acts
from disclosures import api as accounts
from disclosures import article_api as articles
from disclosures import bring_in_api as bringing_in
from disclosures import campaign_api as campaigns
from disclosures import enquiry_api as enquiries
from disclosures import enquiry_follow_api as following
from disclosures import library_api as library
from disclosures import publication_acts_api as publication_acts
from disclosures import publishing_api as publishing
from disclosures import standard_api as standards
from notices import api as notices
from notices import notice_api
from notices import reach_api as reach
from owners.api import me, registry
from propcomm import api_docs
from reports import api as reports
from reports import relay_api

app_name = "api"
urlpatterns = [
    path("schema/", api_docs.Schema.as_view(), name="schema"),
    path("docs/", api_docs.docs, name="docs"),
    path("me/", me.Me.as_view(), name="me"),
    path("complaints/", cases.ComplaintList.as_view(), name="complaints"),
    path("complaints/enter/", cases.ComplaintEntry.as_view(), name="complaint_entry"),
    path("complaints/alike/", beside.ComplaintsAlike.as_view(), name="complaints_alike"),
    path(
        "complaints/escalations/<uuid:escalation_id>/acknowledge/",
        beside.EscalationTaken.as_view(),
        name="escalation_acknowledge",
    ),
    path("complaints/<slug:number>/", cases.ComplaintDetail.as_view(), name="complaint"),
    path("complaints/<slug:number>/letter/", beside.ComplaintLetter.as_view(), name="complaint_letter"),
    *(
        path(f"complaints/<slug:number>/{code}/", act.as_view(), name=f"complaint_{code.replace('-', '_')}")
        for code, act in (*cases.OWNER_ACTS.items(), *cases.STAFF_ACTS.items())
    ),
    path("categories/", cases.CategoryList.as_view(), name="categories"),
    path("standards/", standards.StandardList.as_view(), name="standards"),
    path("standards/<uuid:standard_id>/", standards.StandardDetail.as_view(), name="standard"),
    path("files/", files.FileList.as_view(), name="files"),
    path("files/<uuid:file_id>/", files.FileDetail.as_view(), name="file"),
    path("files/<uuid:file_id>/thumb/", files.FileThumb.as_view(), name="file_thumb"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/<uuid:delivery_id>/", notices.NoticeDetail.as_view(), name="notice"),
    path("notices/<uuid:delivery_id>/read/", notices.NoticeMark.as_view(), name="notice_read"),
    path("notices/<uuid:delivery_id>/confirm/", reach.NoticeConfirm.as_view(), name="notice_confirm"),
    path("sent/<uuid:notice_id>/reach/", reach.NoticeReach.as_view(), name="reach"),
    path("sent/<uuid:notice_id>/recipients/", reach.NoticeRecipients.as_view(), name="recipients"),
    path("recipients/<uuid:recipient_id>/hand/", reach.NoticeHand.as_view(), name="hand"),
    path("notices/manage/", notice_api.ManagedNoticeList.as_view(), name="managed_notices"),
    path("notices/manage/count/", notice_api.ManagedNoticeCount.as_view(), name="managed_notice_count"),
    path("notices/manage/<uuid:notice_id>/", notice_api.ManagedNoticeDetail.as_view(), name="managed_notice"),
    *(
        path(f"notices/manage/<uuid:notice_id>/{code}/", act.as_view(), name=f"managed_notice_{code}")
        for code, act in notice_api.ACTS.items()
    ),
    path("contacts/", contacts.PartyList.as_view(), name="contacts"),
    path("contacts/<uuid:party_id>/", contacts.PartyDetail.as_view(), name="contact"),
    path("contacts/<uuid:party_id>/people/", parts.PartyPeople.as_view(), name="party_people"),
    path("contacts/people/<uuid:row_id>/", parts.PersonDetail.as_view(), name="contactperson"),
    path("contacts/<uuid:party_id>/contracts/", parts.PartyContracts.as_view(), name="party_contracts"),
    path("contacts/contracts/<uuid:row_id>/", parts.ContractDetail.as_view(), name="contract"),
    path("contacts/<uuid:party_id>/certificates/", parts.PartyCertificates.as_view(), name="party_certificates"),
    path("contacts/certificates/<uuid:row_id>/", parts.CertificateDetail.as_view(), name="certificate"),
    path("contacts/<uuid:party_id>/evaluations/", parts.PartyEvaluations.as_view(), name="party_evaluations"),
    path("timelines/<slug:kind>/<uuid:key>/", timelines.Timeline.as_view(), name="timeline"),
    path("calendar/", duties.Agenda.as_view(), name="calendar"),
    path("calendar/<uuid:duty_id>/", duties.DutyDetail.as_view(), name="duty"),
    path("calendar/<uuid:duty_id>/done/", duties.DutyNoted.as_view(), name="duty_done"),
    path("calendar/<uuid:duty_id>/stop/", duties.DutyStopped.as_view(), name="duty_stop"),
    path("calendar/<uuid:duty_id>/resume/", duties.DutyResumed.as_view(), name="duty_resume"),
    path("contacts/<uuid:party_id>/grants/", grants.GrantList.as_view(), name="grants"),
    path("grants/<uuid:grant_id>/end/", grants.GrantEnd.as_view(), name="grant_end"),
    path("cards/<uuid:building_id>/", contacts.EmergencyCard.as_view(), name="card"),
    path("outages/", outages.OutageList.as_view(), name="outages"),
    path("outages/here/", outages.OutagesHere.as_view(), name="outages_here"),
    path("outages/<uuid:outage_id>/", outages.OutageDetail.as_view(), name="outage"),
    path("outages/<uuid:outage_id>/follow/", outages.OutageFollow.as_view(), name="outage_follow"),
    *(
        path(f"outages/<uuid:outage_id>/{code}/", act.as_view(), name=f"outage_{code}")
        for code, act in outages.ACTS.items()
    ),
    path("register/", register.EntryList.as_view(), name="register"),
    path("register/drafts/", register_drafts.DraftList.as_view(), name="register_drafts"),
    path("register/drafts/<uuid:entry_key>/", register_drafts.DraftDetail.as_view(), name="register_draft"),
    path("register/drafts/<uuid:entry_key>/finish/", register_drafts.DraftFinished.as_view(), name="register_finish"),
    path("register/<uuid:record_id>/", register.EntryDetail.as_view(), name="register_entry"),
    path("register/<uuid:record_id>/settle/", register.EntrySettled.as_view(), name="register_settle"),
    path("register/<uuid:record_id>/settle/take-back/", register.EntryTakenBack.as_view(), name="register_take_back"),
    path("register/<uuid:record_id>/tasks/", register_tasks.EntryTasks.as_view(), name="register_task"),
    path("register/tasks/", register_tasks.TaskList.as_view(), name="register_tasks"),
    path("register/tasks/<uuid:task_id>/done/", register_tasks.TaskDone.as_view(), name="register_task_done"),
    path("promises/", promises.PromiseList.as_view(), name="promises"),
    path("promises/<uuid:promise_id>/", promises.PromiseDetail.as_view(), name="promise"),
    *(
        path(f"promises/<uuid:promise_id>/{code}/", act.as_view(), name=f"promise_{code}")
        for code, act in promises.ACTS.items()
    ),
    path("dealings/", dealings.DealingList.as_view(), name="dealings"),
    path("dealings/<uuid:matter_id>/", dealings.DealingDetail.as_view(), name="dealing"),
    path("dealings/<uuid:matter_id>/steps/", dealings.StepList.as_view(), name="dealing_steps"),
    path("dealings/steps/<uuid:step_id>/done/", dealings.StepDone.as_view(), name="dealing_step_done"),
    *(
        path(f"dealings/<uuid:matter_id>/{code}/", act.as_view(), name=f"dealing_{code}")
        for code, act in dealings.ACTS.items()
    ),
    path("internal-requests/", internal.InternalRequestList.as_view(), name="internal_requests"),
    path("internal-requests/<uuid:request_id>/", internal.InternalRequestDetail.as_view(), name="internal_request"),
    *(
        path(f"internal-requests/<uuid:request_id>/{code}/", act.as_view(), name=f"internal_request_{code}")
        for code, act in internal.ACTS.items()
    ),
    path("accounts/", accounts.AccountList.as_view(), name="accounts"),
    path("accounts/bring-in/", bringing_in.AccountsBroughtIn.as_view(), name="accounts_bring_in"),
    path("accounts/<uuid:statement_id>/", accounts.AccountDetail.as_view(), name="account"),
    path("accounts/<uuid:statement_id>/lines/", accounts.AccountLines.as_view(), name="account_lines"),
    path("accounts/<uuid:statement_id>/questions/", accounts.AccountQuestions.as_view(), name="account_questions"),
    path("accounts/<uuid:statement_id>/sign/", account_acts.AccountSigned.as_view(), name="account_sign"),
    path("accounts/<uuid:statement_id>/return/", account_acts.AccountReturned.as_view(), name="account_return"),
    *(
        path(f"accounts/<uuid:statement_id>/do/{code}/", act.as_view(), name=f"account_{code}")
        for code, act in account_acts.DO.items()
    ),
    path("accounts/lines/<uuid:line_id>/seen/", account_acts.LineSeen.as_view(), name="account_line_seen"),
    path("accounts/lines/<uuid:line_id>/vouchers/", account_acts.LineVouchers.as_view(), name="account_line_vouchers"),
    path(
        "accounts/questions/<uuid:question_id>/answer/", account_acts.QuestionAnswered.as_view(), name="account_answer"
    ),
    path(
        "accounts/questions/<uuid:question_id>/vote/", account_acts.QuestionVote.as_view(), name="account_question_vote"
    ),
    path("articles/", library.ArticleList.as_view(), name="articles"),
    path("articles/search/", library.ArticleSearch.as_view(), name="articles_search"),
    path("articles/<uuid:article_id>/", library.ArticleDetail.as_view(), name="article"),
    path("articles/<uuid:article_id>/versions/", articles.ArticleVersions.as_view(), name="article_versions"),
    path(
        "articles/<uuid:article_id>/versions/<int:number>/",
        articles.ArticleVersionDetail.as_view(),
        name="article_version",
    ),
    path("articles/<uuid:article_id>/vote/", articles.ArticleVoted.as_view(), name="article_vote"),
    path("articles/<uuid:article_id>/clauses/", library.ArticleClauses.as_view(), name="article_clauses"),
    path("campaigns/", campaigns.CampaignList.as_view(), name="campaigns"),
    path("campaigns/<uuid:campaign_id>/", campaigns.CampaignDetail.as_view(), name="campaign"),
    path("enquiries/", library.EnquiryList.as_view(), name="enquiries"),
    path("enquiries/opened/", following.OpenedEnquiries.as_view(), name="enquiries_opened"),
    path("enquiries/<uuid:enquiry_id>/", library.EnquiryDetail.as_view(), name="enquiry"),
    path("enquiries/<uuid:enquiry_id>/answer/", enquiries.EnquiryAnswer.as_view(), name="enquiry_answer"),
    path("enquiries/<uuid:enquiry_id>/open/", enquiries.EnquiryOpen.as_view(), name="enquiry_open"),
    path("enquiries/<uuid:enquiry_id>/take-back/", enquiries.EnquiryTakenBack.as_view(), name="enquiry_take_back"),
    path("enquiries/<uuid:enquiry_id>/back/", following.EnquiryBack.as_view(), name="enquiry_back"),
    path("enquiries/<uuid:enquiry_id>/settled/", following.EnquirySettled.as_view(), name="enquiry_settled"),
    path("enquiries/<uuid:enquiry_id>/take/", following.EnquiryTaken.as_view(), name="enquiry_take"),
    path("enquiries/<uuid:enquiry_id>/assign/", following.EnquiryAssigned.as_view(), name="enquiry_assign"),
    path("enquiries/<uuid:enquiry_id>/close/", following.EnquiryClosed.as_view(), name="enquiry_close"),
    path("enquiries/<uuid:enquiry_id>/vote/", following.EnquiryVoted.as_view(), name="enquiry_vote"),
    path("enquiries/<uuid:enquiry_id>/convert/", converting.EnquiryConverted.as_view(), name="enquiry_convert"),
    path("fees/", publishing.FeeSchedules.as_view(), name="fees"),
    path("fees/<uuid:schedule_id>/", publishing.FeeScheduleDetail.as_view(), name="fee_schedule"),
    path("publications/", publishing.Publications.as_view(), name="publications"),
    path("publications/<uuid:publication_id>/", publishing.PublicationDetail.as_view(), name="publication"),
    path(
        "publications/<uuid:publication_id>/places/",
        publication_acts.PublicationPlaces.as_view(),
        name="publication_places",
    ),
    path(
        "publications/places/<uuid:place_id>/",
        publication_acts.PublicationPlaceAmended.as_view(),
        name="publication_place",
    ),
    *(
        path(f"publications/<uuid:publication_id>/{code}/", act.as_view(), name=f"publication_{code}")
        for code, act in publication_acts.ACTS.items()
    ),
    path("publication-duties/", publishing.PublicationTasks.as_view(), name="publication_duties"),
    path("estates/", registry.EstateList.as_view(), name="estates"),
    path("units/", registry.OwnUnitList.as_view(), name="units"),
    path("registry/units/", registry.UnitList.as_view(), name="registry_units"),
    path("registry/units/<uuid:unit_id>/", registry.UnitDetail.as_view(), name="registry_unit"),
    path("registry/people/", registry.PersonList.as_view(), name="registry_people"),
    path("registry/people/<uuid:person_id>/", registry.PersonDetail.as_view(), name="registry_person"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/<uuid:run_id>/", reports.ReportDetail.as_view(), name="report"),
    path("reports/<uuid:run_id>/again/", reports.ReportAgain.as_view(), name="report_again"),
    path("reports/<uuid:run_id>/pdf/", reports.ReportPdf.as_view(), name="report_pdf"),
    path("reports/<uuid:run_id>/xlsx/", reports.ReportXlsx.as_view(), name="report_xlsx"),
    path("relay-times/", relay_api.RelayTimes.as_view(), name="relay_times"),
    path("past-due/", reports.PastDueList.as_view(), name="past_due"),
    path("audit/", audit.AuditLog.as_view(), name="audit"),
    re_path(r"^[\s\S]*$", api_docs.nothing, name="nothing"),
]
