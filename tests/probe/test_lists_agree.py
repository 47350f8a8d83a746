"""What the rooms' queries show and what the matrix says are the same, for everybody and everything there is."""

import pytest
from django.utils import timezone

from attachments.models import Attachment
from complaints import mail_queries, place_queries
from complaints import queries as complaints
from complaints.models import Complaint, Escalation, InboundMail, Place
from contacts import (
    commitment_queries,
    duty_queries,
    internal_queries,
    matter_queries,
    outage_queries,
    register_queries,
)
from contacts import queries as contacts
from contacts.models import Commitment, CommunicationRecord, Duty, InternalRequest, Matter, Outage, OutsideParty
from disclosures import (
    article_queries,
    campaign_queries,
    enquiry_queries,
    fee_queries,
    publication_queries,
    publicduty_queries,
)
from disclosures import queries as disclosures
from disclosures.models import AccountStatement, Article, Campaign, Enquiry, FeeSchedule, Publication, PublicationTask
from notices import board_queries, notice_queries
from notices import queries as notices
from notices.models import Delivery, Notice
from owners import queries as owners
from owners.models import Building, Estate, Person, RegistryImport, Unit, UnitClaim
from reports import queries as reports
from reports.models import ReportRun
from tenancy.context import scope
from tenancy.policy import can

pytestmark = pytest.mark.django_db
# (what there is, the action, what somebody is shown). A claim without a unit is nobody's building's.
LISTS = {
    "own complaints": (Complaint, "complaint.follow", complaints.own_complaints),
    "complaints": (Complaint, "complaint.read", complaints.worked_complaints),
    "mails": (InboundMail, "mail.handle", mail_queries.mails_visible_to),
    "places with labels": (Place, "place.read", place_queries.places_visible_to),
    "people": (Person, "registry.read", owners.people_visible_to),
    "claims": (UnitClaim, "claim.decide", owners.claims_visible_to),
    "imports listed": (RegistryImport, "registry.list_imports", owners.imports_listed_for),
    "notices": (Notice, "notice.oversee", notice_queries.notices_seen_by),
    "outside parties": (OutsideParty, "contact.read", contacts.parties_visible_to),
    "contacts written down": (CommunicationRecord, "register.read", register_queries.records_visible_to),
    "requests": (InternalRequest, "internal_request.read", internal_queries.requests_visible_to),
    "promises": (Commitment, "commitment.read", commitment_queries.commitments_visible_to),
    "dealings": (Matter, "matter.read", matter_queries.matters_visible_to),
    "accounts": (AccountStatement, "statement.read", disclosures.statements_visible_to),
    "articles": (Article, "article.read", article_queries.articles_visible_to),
    "campaigns": (Campaign, "campaign.read", campaign_queries.campaigns_visible_to),
    "enquiries": (Enquiry, "enquiry.read", enquiry_queries.enquiries_visible_to),
    "own enquiries": (Enquiry, "enquiry.ask", enquiry_queries.own_enquiries),
    "enquiries opened to all": (Enquiry, "enquiry.here", enquiry_queries.opened_to),
    "fees": (FeeSchedule, "fee.read", fee_queries.schedules_visible_to),
    "publications": (Publication, "publication.read", publication_queries.publications_visible_to),
    "duties to publish": (PublicationTask, "publicduty.read", publicduty_queries.tasks_visible_to),
    "duties": (Duty, "duty.read", duty_queries.duties_visible_to),
    "outages": (Outage, "outage.read", outage_queries.outages_visible_to),
    "outages at home": (Outage, "outage.here", outage_queries.outages_at_home),
    "outbox": (Delivery, "outbox.read", notices.outbox_of),
    "inbox": (Delivery, "notice.read", notices.inbox_of),
    "reports": (ReportRun, "report.read", reports.runs_visible_to),
}
STAFF_LISTS = {
    "units": (Unit, "registry.read", owners.units_visible_to),
    "estates": (Estate, "registry.read", owners.estates_visible_to),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_what_the_matrix_allows(world, name):
    model, action, shown = LISTS[name]
    with scope(world.house.organisation.pk):
        everything = list(model.objects.filter(channel="portal") if name == "inbox" else model.objects.all())
        assert len(everything) > 1
        for visitor in world.visitors.values():
            member = visitor.member
            # Reports ask the role at the door; their query narrows by estate.
            if member is None or (name == "reports" and not can(member, action)):
                continue
            seen = {row.pk for row in shown(member)}
            assert seen == {row.pk for row in everything if can(member, action, row)}, visitor.name


@pytest.mark.parametrize("name", STAFF_LISTS)
def test_a_list_of_the_registry_holds_what_the_matrix_allows(world, name):
    model, action, shown = STAFF_LISTS[name]
    with scope(world.house.organisation.pk):
        everything = list(model.objects.all())
        for visitor in world.visitors.values():
            if can(visitor.member, action):
                seen = {row.pk for row in shown(visitor.member)}
                assert seen == {row.pk for row in everything if can(visitor.member, action, row)}, visitor.name


def test_buildings_are_those_of_the_reach(world):
    with scope(world.house.organisation.pk):
        north = world.visitors["clerk of a building"].member
        assert [row for row in Building.objects.all() if can(north, "registry.read", row)] == [world.house.building]


def test_a_board_shows_what_hangs_where_the_reader_is_at_home(world):
    with scope(world.house.organisation.pk):
        hanging = list(Notice.objects.filter(state="sent", is_on_board=True))
        assert len(hanging) > 1
        for visitor in world.visitors.values():
            member, seen = visitor.member, set()
            for estate in board_queries.estates_of(member):
                seen |= {row.pk for row in board_queries.on_board(member, estate, timezone.now())}
            assert seen == {row.pk for row in hanging if can(member, "notice.board", row)}, visitor.name


def test_escalations_are_for_whom_they_were_passed_to(world):
    with scope(world.house.organisation.pk):
        for row in Escalation.objects.all():
            allowed = {name for name, one in world.visitors.items() if can(one.member, "complaint.take_up", row)}
            assert allowed == {
                name for name, one in world.visitors.items() if one.member and one.member.pk == row.to_id
            }


def test_a_file_is_read_by_whoever_reads_its_complaint(world):
    with scope(world.house.organisation.pk):
        case = world.plots["own"].objects["complaint"]
        for file in Attachment.objects.filter(subject_id=case.pk):
            for visitor in world.visitors.values():
                reads = can(visitor.member, "complaint.read", case)
                follows = can(visitor.member, "complaint.follow", case) and file.audience == "parties"
                allowed = complaints.attachment_readable_by(case.pk, file, visitor.member)
                assert allowed is (reads or follows), (visitor.name, file.audience)
