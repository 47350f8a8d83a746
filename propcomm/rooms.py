"""What the rooms offer to each other, by name: settings, so that a room never imports one above it."""

# Who may read an attachment is said by the room that owns its subject.
ATTACHMENT_GATES = {
    "complaints.complaint": "complaints.queries.attachment_readable_by",
    "contacts.commitment": "contacts.services.commitments.evidence_readable_by",
    "contacts.communicationrecord": "contacts.register_queries.file_readable_by",
    "contacts.entrydraft": "contacts.draft_queries.file_readable_by",
    "contacts.internalrequest": "contacts.services.internal.result_readable_by",
    "contacts.matter": "contacts.services.matters.document_readable_by",
    "contacts.contract": "contacts.queries.contract_file_readable_by",
    "contacts.dutydone": "contacts.duty_queries.evidence_readable_by",
    "disclosures.standardrecord": "disclosures.standard_queries.record_file_readable_by",
    "disclosures.statementline": "disclosures.queries.voucher_readable_by",
    "disclosures.publication": "disclosures.publication_queries.file_readable_by",
    "disclosures.publicationplace": "disclosures.publication_queries.photo_readable_by",
    "disclosures.feeschedule": "disclosures.fee_queries.file_readable_by",
    "notices.handdelivery": "notices.reach_queries.photo_readable_by",
    "notices.notice": "notices.notice_queries.attachment_readable_by",
}
# What an outside party can be let in to by a link: each is a contacts.rules.doors.Door of the room that owns the subject.
ACCESS_DOORS = {
    "contacts.outageform": "contacts.outside_doors.OUTAGE_FORM",
    "contacts.outage": "contacts.outside_doors.OUTAGE",
    "contacts.matter": "contacts.matter_door.MATTER",
}

# Of which things the messages are kept from a member in the outbox, whatever their role: callable(member) -> rows.
OUTBOX_WITHHELD = {
    "complaints.complaint": "complaints.queries.withheld_from",
    "contacts.commitment": "contacts.commitment_queries.withheld_from",
    "contacts.communicationrecord": "contacts.register_queries.withheld_from",
}

# Of what who did it is not said in the log before a member, whatever their role: callable(member) -> rows.
AUDIT_NAMELESS = {
    "complaints.complaint": "complaints.queries.nameless_to",
}

# What of other rooms a contact or a promise can belong to: {type: (how it is found by its number, its page, named by what)}.
REGISTER_LINKS = {
    "complaints.complaint": ("complaints.queries.case_by_number", "triage:case", "number"),
    "notices.notice": ("notices.notice_queries.notice_by_number", "notices:manage_notice", "key"),
    "contacts.matter": ("contacts.matter_queries.matter_by_number", "register:matter", "key"),
}
# Whoever a case complains of reads nothing that was written or promised about it: {type: (callable(member) -> the cases
# kept from them, callable(key) -> the keys of the members from whom one is kept)}.
REGISTER_WITHHELD = {
    "complaints.complaint": ("complaints.queries.complaining_of", "complaints.queries.complained_of"),
}
# Each room offers what it exchanged with somebody to the timelines of the register: callable(Asked) -> lines.
TIMELINE_SOURCES = [
    "contacts.register_lines.lines",
    "contacts.dealing_lines.lines",
    "notices.register_lines.lines",
    "disclosures.register_lines.lines",
    "complaints.register_lines.lines",
]

# What follows when a dealing waits anew, is taken up again or has ended: verb(matter=, actor=, now=), in its transaction.
DEALING_FOLLOWERS = [
    "complaints.services.pausing.follow_dealing",
]

# The page on which a complaint is made of an enquiry.
ENQUIRY_TO_COMPLAINT = "complaints:from_enquiry"
# Where it is seen whether what is promised to an estate was kept, beside the calendar and records written by hand.
STANDARD_SOURCES = [
    "complaints.standard_source.ANSWERED",
    "complaints.standard_source.RESOLVED",
]

# Where the log's page leads for an object whose page is not in the administration.
AUDIT_PAGES = {
    "owners.person": "owners:person",
    "owners.unit": "owners:unit",
    "owners.registryimport": "owners:import",
    "owners.unitclaim": "registry:claim",
    "contacts.duty": "contacts:duty",
    "contacts.outage": "contacts:outage",
    "contacts.outsideparty": "contacts:party",
    "contacts.commitment": "register:promise",
    "contacts.matter": "register:matter",
    "contacts.internalrequest": "register:request",
    "contacts.communicationrecord": "register:entry",
    "disclosures.accountstatement": "disclosures:statement",
    "disclosures.article": "disclosures:article",
    "disclosures.campaign": "disclosures:campaign",
    "disclosures.enquiry": "enquiries:enquiry",
    "disclosures.feeschedule": "disclosures:fee_schedule",
    "disclosures.publication": "disclosures:publication",
    "disclosures.servicestandard": "disclosures:standard",
    "reports.reportrun": "reports:report",
    "attachments.attachment": "attachments:download",
}

# Where a publication leads to what it makes known: {type: its page}.
PUBLICATION_PAGES = {
    "disclosures.accountstatement": "disclosures:statement",
    "disclosures.feeschedule": "disclosures:fee_schedule",
    "disclosures.campaignsheet": "disclosures:campaign_sheet",
    "disclosures.article": "disclosures:article",
}

# How the API's description names the words of fields that share a name and not their words.
API_ENUM_NAMES = {
    "ComplaintState": "complaints.models.Complaint.State",
    "CaseKind": "complaints.models.Complaint.Kind",
    "TargetState": "complaints.models.Clock.State",
    "TargetKind": "complaints.models.settings.TargetKind",
    "EscalationLevel": "complaints.models.LadderStep.Level",
    "MessageKind": "complaints.models.Message.Kind",
    "Priority": "complaints.models.settings.Priority",
    "UnitKind": "owners.models.Unit.Kind",
    "PersonKind": "owners.models.Person.Kind",
    "HoldingKind": "owners.api.shapes.HOLDINGS",
    "ReportKind": "reports.models.ReportRun.Kind",
    "ReportState": "reports.models.ReportRun.State",
    "OutsidePartyKind": "contacts.models.OutsideParty.Kind",
    "CertificateKind": "contacts.models.Certificate.Kind",
    "ContractFeePeriod": "contacts.models.Contract.FeePeriod",
    "DutyKind": "contacts.models.Duty.Kind",
    "DutyUnit": "contacts.models.Duty.Unit",
    "OutsidePartyBranch": "contacts.models.OutsideParty.Branch",
    "OutageBranch": "contacts.outage_forms.BRANCHES",
    "OutageState": "contacts.models.Outage.State",
    "AccountKind": "disclosures.models.AccountStatement.Kind",
    "AccountState": "disclosures.models.AccountStatement.State",
    "ArticleKind": "disclosures.models.Article.Kind",
    "ArticleLanguage": "disclosures.models.Article.Language",
    "ArticleState": "disclosures.models.Article.State",
    "ArticleVersionState": "disclosures.article_api.SHOWN",
    "CampaignState": "disclosures.models.Campaign.State",
    "ClauseKind": "disclosures.models.Clause.Kind",
    "EnquiryTopic": "disclosures.models.Enquiry.Topic",
    "EnquiryChannel": "disclosures.models.Enquiry.Channel",
    "EnquiryState": "disclosures.models.Enquiry.State",
    "FeeScheduleState": "disclosures.models.FeeSchedule.State",
    "FeePer": "disclosures.models.FeeItem.Per",
    "FeeVerdict": "disclosures.publishing_api.VERDICTS",
    "PublicationKind": "disclosures.models.Publication.Kind",
    "PublicationState": "disclosures.models.Publication.State",
    "PublicationPlaceKind": "disclosures.models.PublicationPlace.Kind",
    "PublicationDutyStanding": "disclosures.publishing_api.STANDINGS",
    "PromiseRhythm": "disclosures.models.StandardVersion.Unit",
    "PromiseKept": "disclosures.standard_api.STATE_CHOICES",
    "BookingDirection": "disclosures.models.StatementLine.Direction",
    "ContactDirection": "contacts.models.CommunicationRecord.Direction",
    "ContactState": "contacts.models.CommunicationRecord.State",
    "ContactChannel": "contacts.models.CommunicationRecord.Channel",
    "PromiseState": "contacts.models.Commitment.State",
    "DealingKind": "contacts.models.Matter.Kind",
    "DealingState": "contacts.models.Matter.State",
    "Department": "contacts.models.InternalRequest.Department",
    "InternalRequestState": "contacts.models.InternalRequest.State",
    "NoticeKind": "notices.models.notice.Kind",
    "NoticeState": "notices.models.Notice.State",
}
