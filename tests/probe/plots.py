"""One of everything an address can name, with marks in every field somebody can read."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from attachments.models import Attachment
from attachments.rules import holder_key
from audit.services import record
from complaints import queries
from complaints.models import (
    Absence,
    AssignmentRule,
    AssignmentTurn,
    BulkRun,
    CannedReply,
    Category,
    Checklist,
    Complaint,
    Escalation,
    HandlingRules,
    InboundMail,
    LadderStep,
    MailDoor,
    Message,
    Pause,
    Place,
    SavedFilter,
    ServiceLevel,
    Task,
)
from complaints.services import handling, intake, talking
from complaints.services.intake import Filing
from contacts.grant_queries import hash_of as hash_of_grant
from contacts.models import (
    AccessGrant,
    Certificate,
    Commitment,
    CommunicationRecord,
    ContactPerson,
    Contract,
    Duty,
    DutyDone,
    DutyFeed,
    EntryDraft,
    Evaluation,
    FollowUp,
    InternalRequest,
    Matter,
    MatterCase,
    MatterStep,
    Outage,
    OutageFollower,
    OutagePlace,
    OutsideParty,
    ServiceArea,
)
from contacts.rules.card import Card
from disclosures.models import (
    AccountStatement,
    Article,
    ArticleEstate,
    ArticleVersion,
    Campaign,
    CampaignArticle,
    CampaignPlace,
    CampaignSheet,
    CampaignStep,
    Clause,
    Enquiry,
    EnquiryTurn,
    FeeItem,
    FeeSchedule,
    Publication,
    PublicationPlace,
    PublicationTask,
    Remark,
    Review,
    ServiceStandard,
    StandardRecord,
    StandardVersion,
    StatementLine,
)
from disclosures.services.article_words import index_version
from notices.board_queries import hash_of as hash_of_feed
from notices.factor_resets import token_of
from notices.models import (
    Attempt,
    ChainStep,
    Delivery,
    FeedKey,
    HandDelivery,
    Notice,
    NoticePlace,
    NoticeRecipient,
    NoticeSettings,
    NoticeTemplate,
    NoticeVersion,
    PaperRun,
    ProofPack,
    Provider,
    Segment,
    Suppression,
)
from notices.reach_queries import acknowledge_token
from notices.services.provisioning import give_notice_defaults
from notices.wayout import token_for
from owners.models import Building, Estate, Invitation, Occupancy, Ownership, Person, RegistryImport, Unit, UnitClaim
from owners.services.invitations import hash_of
from privacy.models import DataExport, DataRequest, LegalHold
from reports.models import ReportRun
from reports.rules.months import first_of
from reports.services import month_figures
from tenancy.models import ApiToken, FactorReset, Membership, User
from tests.factories.house import House
from tests.probe.marks import FOREIGN, PRIVATE, Marks


@dataclass
class Plot:
    """An estate with something of each kind. ``objects`` are the rows, ``words`` what else stands in addresses."""

    house: House
    estate: Estate
    building: Building
    unit: Unit
    mark: Marks
    note: Marks
    objects: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def key(self, kind: str) -> str:
        """How an address names the object of this kind."""
        if kind in self.words:
            return self.words[kind]
        return str(self.objects[kind].pk)


def build_plot(plot: Plot) -> Plot:
    """Everything of one estate, in the scope of its organisation."""
    _people(plot)
    _complaint(plot)
    _registry(plot)
    _letters(plot)
    _notices(plot)
    _outside(plot)
    _register(plot)
    _recurring(plot)
    _accounts(plot)
    _articles(plot)
    _campaigns(plot)
    _enquiries(plot)
    _fees(plot)
    _report(plot)
    _privacy(plot)
    return plot


def _people(plot: Plot) -> None:
    mark = plot.mark
    person = Person.objects.create(
        name=mark("Ada"), phone=mark.phone(), email=mark.email(), postal_address=mark("Lane"), reference=mark("R"),
        membership=plot.objects.get("complainant_member"),
    )  # fmt: skip
    lessee = Person.objects.create(name=mark("Bo"), phone=mark.phone(), email=mark.email())
    Ownership.objects.create(unit=plot.unit, person=person)
    Occupancy.objects.create(unit=plot.unit, person=lessee, kind="lessee")
    plot.objects |= {
        "person": person, "lessee": lessee, "unit": plot.unit, "building": plot.building, "estate": plot.estate,
        "calendar": plot.house.calendar, "member": plot.house.clerk,
    }  # fmt: skip


def _complaint(plot: Plot) -> None:
    house, mark, now = plot.house, plot.mark, timezone.now()
    hung: Any = str if mark.kind == PRIVATE else mark  # a label hangs where everybody passes
    filing = Filing(
        estate=plot.estate, building=plot.building, unit=plot.unit, category=Category.objects.get(code="lift"),
        description=mark("It stops."), demand=mark("Mend it."), place=mark("Car"), channel="portal",
        complainant=plot.objects["person"],
    )  # fmt: skip
    case = intake.file_complaint(filing=filing, actor=plot.objects["person"].membership, now=now)
    chief = house.quality
    intake.accept_complaint(complaint_id=case.pk, actor=chief, now=now)
    handling.assign_complaint(complaint_id=case.pk, handler_id=plot.objects["handler"].pk, actor=chief, now=now)
    talking.reply(complaint_id=case.pk, actor=chief, body=mark("We look."), now=now)
    talking.write_note(complaint_id=case.pk, actor=chief, body=plot.note("They shout."), now=now)
    Message.objects.create(complaint=case, kind=Message.Kind.WORDS, body=mark("Still."), at=now)
    Complaint.objects.filter(pk=case.pk).update(decision=mark("Ours."), reasons=mark("Worn."), answered_at=now)
    Pause.objects.create(
        complaint=case, reason="access", words=mark("The shaft."), began_at=now, until=now, ended_at=now, ending="cap"
    )
    case = Complaint.objects.get(pk=case.pk)
    settings = mark if mark.kind == FOREIGN else str  # what is set is known all over the organisation
    clock = case.clocks.order_by("kind").first()
    plot.objects |= {
        "complaint": case,
        "file": _file(plot, "parties", mark),
        "staff_file": _file(plot, "staff", plot.note),
        "upload": _upload(plot, mark),
        "escalation": Escalation.objects.create(complaint=case, clock=clock, level="handler", to=house.clerk, at=now),
        "filter": SavedFilter.objects.create(membership=house.clerk, name=mark("F"), query="tab=open"),
        "audit": record(action="probe", subject=case, actor=house.clerk, now=now, label=settings("L")),
        "category": Category.objects.create(
            code=f"k-{uuid4().hex[:8]}", name_en=settings("Kind"), name_zh=settings("类"), content_class="services"
        ),
        "level": ServiceLevel.objects.create(
            estate=plot.estate, kind="resolve", priority="p4", amount=9, measure="working_days", basis=settings("Law")
        ),
        "mail": InboundMail.objects.create(
            key=uuid4().hex,
            sender=f"{settings('ann')}@x.example".lower(),
            sender_name=settings("Ann"),
            subject=settings("Mail"),
            text=settings("W"),
            received_at=now,
            state="waiting",
            why="unknown",
        ),
        "mail_door": MailDoor.objects.first() or MailDoor.objects.create(),
        "place": Place.objects.create(
            estate=plot.estate, building=plot.building, name_en=hung("Lift"), name_zh=hung("梯"), category=case.category
        ),
        "step": LadderStep.objects.first(),
        "handling": HandlingRules.objects.first(),
        "bulk_run": BulkRun.objects.create(
            membership=house.clerk, act="priority", at=timezone.now(), rows=[[str(case.pk), "p2|minor", "p3|minor"]]
        ),
        "task": Task.objects.create(complaint=case, text=plot.note("Look."), added_by=house.clerk, added_at=now),
        "checklist": Checklist.objects.create(title=settings(f"Steps {uuid4().hex[:8]}"), steps=settings("Look.")),
        "canned_reply": CannedReply.objects.create(
            title=settings(f"Part {uuid4().hex[:8]}"), body_en=settings("It comes.")
        ),
        "assignment_rule": _rule(plot, case.category, now),
        "absence": Absence.objects.create(
            membership=house.engineer2, deputy=house.engineer, from_on=date(2026, 1, 1), to_on=date(2026, 1, 2)
        ),
    }
    plot.words |= {
        "place_code": plot.objects["place"].code,
        "number": case.number,
        "token": queries.follow_token(case),
        "soon": (timezone.localdate() + timedelta(days=2)).isoformat(),
    }


def _rule(plot: Plot, category: Category, now: Any) -> AssignmentRule:
    mark: Any = plot.mark if plot.mark.kind == FOREIGN else str  # a manager knows the rules of the house
    rule = AssignmentRule.objects.create(name=mark("Lifts"), estate=plot.estate, category=category, created_at=now)
    AssignmentTurn.objects.create(rule=rule, member=plot.house.engineer2)
    AssignmentRule.objects.filter(pk=rule.pk).update(is_active=False)  # what the other tests accept stays in the pool
    return rule


def _file(plot: Plot, audience: str, mark: Marks) -> Attachment:
    stored = f"probe/{uuid4()}"
    for suffix in ("", ".thumb"):
        storages["private"].save(stored + suffix, ContentFile(mark("bytes").encode()))
    case = Complaint.objects.get(complainant=plot.objects["person"])
    return Attachment.objects.create(
        original_name=f"{mark('photo')}.jpg", kind="image", mime="image/jpeg", size=9, received_bytes=9, sha256="0" * 64,
        stored_name=stored, thumb_name=f"{stored}.thumb", state="clean", holder="", created_at=timezone.now(),
        subject_type="complaints.complaint", subject_id=case.pk, audience=audience,
    )  # fmt: skip


def _upload(plot: Plot, mark: Marks) -> Attachment:
    """A file that its sender has attached to nothing yet."""
    held = _file(plot, "parties", mark)
    sender = plot.objects["person"].membership
    held.subject_type, held.subject_id = "", None
    held.uploaded_by, held.holder = sender, holder_key(membership_id=sender.pk, visitor="")
    held.save()
    return held


def _registry(plot: Plot) -> None:
    mark, now = plot.mark, timezone.now()
    claimant = User.objects.create_user(mark.email(), name=mark("Cy"))
    plot.objects["claim"] = UnitClaim.objects.create(
        user=claimant, name=mark("Cy"), phone=mark.phone(), estate=plot.estate, unit=plot.unit, unit_words=mark("1-1"),
        relation="owner", words=mark("Ask me"),
    )  # fmt: skip
    fault = {
        "sheet": mark("S"),
        "row": 2,
        "column": "B",
        "heading": "Code",
        "value": mark("V"),
        "code": "missing",
        "params": {},
    }
    plot.objects["import"] = RegistryImport.objects.create(
        file_name=f"{mark('list')}.xlsx", stored_name="probe/none", sha256="0" * 64, estate=plot.estate, state="faulty",
        errors=[fault], preview={"error_count": 1}, created_at=now, created_by=plot.house.admin,
        options={"estate_id": str(plot.estate.pk)},
    )  # fmt: skip
    token = f"{mark.kind}-{uuid4()}"
    invited = Person.objects.create(name=mark("Di"), email=mark.email(), phone=mark.phone())
    Occupancy.objects.create(unit=plot.unit, person=invited, kind="family")
    Invitation.objects.create(
        person=invited, email=invited.email, token_hash=hash_of(token), created_at=now,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
    locked_out = Membership.objects.create(
        user=User.objects.create_user(mark.email()), role="engineer", name=mark("Lo") if mark.kind == FOREIGN else "Lo"
    )
    reset = FactorReset.objects.create(
        membership=locked_out, asked_by=plot.house.admin, asked_at=now, due_at=now + timedelta(days=1)
    )
    plot.words["factor_token"] = token_of(reset)
    plot.objects["locked_out"] = locked_out
    plot.objects["invited"] = invited
    plot.words["invitation"] = token


def _letters(plot: Plot) -> None:
    mark, person = plot.mark, plot.objects["person"]
    plot.objects["delivery"] = delivery = Delivery.objects.create(
        channel="portal", event="probe", dedupe_key=str(uuid4()), person=person, membership=person.membership,
        recipient_name=mark("Ada"), address=mark.email(), language="en", subject=mark("News"), text=mark("Read."),
        state="handed", last_error=mark("550"), created_at=timezone.now(),
    )  # fmt: skip
    _notice(plot)
    Attempt.objects.create(delivery=delivery, at=timezone.now(), outcome="refused", detail=mark("no"))


def _notice(plot: Plot) -> None:
    """One that must be acknowledged, sent to the person of the plot and their lessee."""
    mark, now, person = plot.mark, timezone.now(), plot.objects["person"]
    notice = Notice.objects.create(
        number=f"N-{uuid4().hex[:12]}", kind="ordinary", state="sent", author=plot.house.quality, created_at=now, sent_at=now,
        must_acknowledge=True, is_on_board=False, chain=[{"channel": "portal", "after_minutes": 0}],
    )  # fmt: skip
    NoticeVersion.objects.create(
        notice=notice, title_en=mark("Water off"), body_en=mark("Noon"), author=plot.house.quality, created_at=now
    )
    NoticePlace.objects.create(notice=notice, estate=plot.estate, building=plot.building)
    row = NoticeRecipient.objects.create(
        notice=notice, person=person, membership=person.membership, name=mark("Ada"), language="en", email=mark.email(),
        phone=mark.phone(), estate=plot.estate, building=plot.building, floor=1, units=mark("1-1"), chain_step=1,
    )  # fmt: skip
    HandDelivery.objects.create(
        recipient=row, method="posted", at=now, to_whom=mark("Son"), note=mark("Door"), by=plot.house.quality,
        recorded_at=now, form_key=str(uuid4()),
    )  # fmt: skip
    plot.objects |= {
        "proof": ProofPack.objects.create(
            notice=notice, membership=plot.house.quality, language="en", state="done", requested_at=now,
            finished_at=now, pdf_name=_stored(mark("proof")),
        ),
        "notice": notice, "notice_recipient": row,
        "notice_delivery": Delivery.objects.create(
            channel="portal", event="notice", dedupe_key=str(uuid4()), notice=notice, recipient=row, person=person,
            membership=person.membership, recipient_name=mark("Ada"), language="en", subject=mark("Water"), text=mark("Noon"),
            state="handed", handed_at=now, created_at=now,
        ),
    }  # fmt: skip
    mailed = Delivery(notice=notice, membership=person.membership, person=person, channel="email")
    plot.words |= {"confirm_token": acknowledge_token(row.pk), "stop_token": token_for(mailed)}
    plot.objects["paper_run"] = PaperRun.objects.create(
        notice=notice, kind="letters", whom="all", language="en", state="done",
        requested_by=plot.house.clerk if mark.kind == PRIVATE else plot.house.quality,
        requested_at=now, finished_at=now, pdf_name=_stored(mark("letters")), recipient_ids=[str(row.pk)], count=1,
    )  # fmt: skip
    _board(plot)


def _board(plot: Plot) -> None:
    """What hangs on the board is read by all who live there: no mark here, one everywhere else."""
    now, mark = timezone.now(), str if plot.mark.kind == PRIVATE else plot.mark
    notice = Notice.objects.create(
        number=f"N-{uuid4().hex[:12]}", kind="ordinary", state="sent", author=plot.house.quality, created_at=now, sent_at=now,
        event_starts_at=now, event_place=mark("Hall"),
    )  # fmt: skip
    NoticeVersion.objects.create(
        notice=notice, title_en=mark("Lift works"), body_en=mark("Noon"), author=plot.house.quality, created_at=now
    )
    NoticePlace.objects.create(notice=notice, estate=plot.estate, building=plot.building)
    secret, made = f"{plot.mark.kind}-{uuid4()}", {"estate": plot.estate, "created_at": now, "last_used_at": now}
    reader, gone = plot.objects["complainant_member"], plot.objects["locked_out"]
    FeedKey.objects.create(**made, membership=reader, token_hash=hash_of_feed(secret))
    plot.objects["board_notice"] = notice
    plot.objects["feed"] = FeedKey.objects.create(**made, membership=gone, token_hash=uuid4().hex)
    plot.words["feed_secret"] = secret
    plot.objects |= {
        "provider": Provider.objects.create(channel="sms", code="sms-files", is_active=False),
        "suppression": Suppression.objects.create(
            channel="email", address=plot.objects["person"].email, reason="bounced", evidence="550", created_at=now
        ),
    }


def _notices(plot: Plot) -> None:
    mark, now, author = plot.mark, timezone.now(), plot.house.quality
    give_notice_defaults()
    settings = mark if mark.kind == FOREIGN else str  # what is set is known all over the organisation
    words = {name: mark(name) for name in ("title_en", "body_en", "title_zh", "body_zh")}
    notice = Notice.objects.create(
        author=author, created_at=now, event_place=mark("Hall"), return_reason=mark("Again"),
        audience={"estates": [str(plot.estate.pk)], "roles": ["owner"]},
    )  # fmt: skip
    NoticeVersion.objects.create(notice=notice, author=author, created_at=now, **words)
    NoticePlace.objects.create(notice=notice, estate=plot.estate)
    plot.objects |= {
        "managed_notice": notice,
        "chain_step": ChainStep.objects.first(),
        "notice_settings": NoticeSettings.objects.get(),
        "notice_template": NoticeTemplate.objects.create(
            code=f"t-{uuid4().hex[:8]}", name_en=settings("Sample"), name_zh=settings("样"), title_en=settings("T")
        ),
        "segment": Segment.objects.create(name=f"{settings('All')} {uuid4().hex[:6]}", owner=author, created_at=now),
    }


def _outside(plot: Plot) -> None:
    """Every member of staff of the estate reads of it: no mark here, one everywhere else."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    party = OutsideParty.objects.create(
        name=mark("Lifts"), kind="professional", branch="lift", emergency_phone="116123", emergency_note=mark("Stuck"),
        address=mark("Yard"), hours=mark("Day"), note=mark("Gate"), created_by=by, created_at=now, changed_at=now,
    )  # fmt: skip
    ServiceArea.objects.create(party=party, estate=plot.estate, building=plot.building)
    term = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    points = {"quality": 3, "punctuality": 3, "cooperation": 3}
    Evaluation.objects.create(
        party=party, from_on=term["starts_on"], to_on=term["ends_on"], words=mark("Well"), by=by, at=now, **points
    )
    plot.objects |= {
        "party": party,
        "contact_person": ContactPerson.objects.create(party=party, name=mark("Zo"), post=mark("P"), note=mark("N")),
        "contract": Contract.objects.create(
            party=party, title=mark("C"), scope=mark("All"), fee=9, currency="GBP", **term
        ),
        "certificate": Certificate.objects.create(
            party=party, kind="licence", title=mark("L"), issuer=mark("I"), expires_on=term["ends_on"]
        ),
        "card": Card(plot.building),
    }
    _outage(plot, party)


def _outage(plot: Plot, party: OutsideParty) -> None:
    """Known to everybody who lives there; told to nobody yet."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    outage = Outage.objects.create(
        number=f"O-{uuid4().hex[:12]}", state="verified", party=party, branch="lift", starts_at=now - timedelta(hours=1),
        cause=mark("Rope"), received_at=now, recorded_at=now, received_by=by, verified_at=now, verified_by=by,
        verified_words=mark("Called"), relay_due_at=now,
    )  # fmt: skip
    OutagePlace.objects.create(outage=outage, estate=plot.estate, building=plot.building)
    OutageFollower.objects.create(outage=outage, person=plot.objects["lessee"], by=by, at=now)
    secret = f"{plot.mark.kind}-{uuid4()}"
    made = {"party": party, "made_by": by, "made_at": now, "expires_at": now + timedelta(days=9)}
    AccessGrant.objects.create(
        **made, subject_type="contacts.outage", subject_id=outage.pk, secret_hash=hash_of_grant(secret)
    )
    plot.words["grant_token"] = secret
    plot.objects |= {
        "outage": outage,
        # The visitors end this one; the one above stays open for who has its link.
        "grant": AccessGrant.objects.create(**made, subject_type="contacts.outageform", secret_hash=uuid4().hex * 2),
    }


def _begun(plot: Plot) -> EntryDraft:
    """Of the clerk here, of somebody else everywhere else. The address names the key of the form."""
    now, key, is_here = timezone.now(), uuid4(), plot.mark.kind == PRIVATE
    writer = plot.house.clerk if is_here else plot.house.quality
    said = {"summary": ["Hum" if is_here else plot.mark("Hum")]}
    return EntryDraft.objects.create(pk=key, entry_key=key, writer=writer, said=said, begun_at=now, kept_at=now)


def _register(plot: Plot) -> None:
    """Read by the staff of the estate: no mark here, one everywhere else."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    row = CommunicationRecord.objects.create(
        number=f"K-{uuid4().hex[:12]}", estate=plot.estate, building=plot.building, party=plot.objects["party"],
        party_type="professional_company", name_given=mark("Zo"), direction="in", form="written", channel="letter",
        methods=["reading"], content="business", subject=mark("Invoice"), summary=mark("They write."),
        request=mark("Pay."), occurred_at=now, recorded_at=now, recorded_by=by, letter_text=mark("Dear"),
        needs_answer=True, answer_due_on=date(2026, 1, 9), state="follow_up_open",
    )  # fmt: skip
    matter = Matter.objects.create(
        number=f"D-{uuid4().hex[:12]}", estate=plot.estate, building=plot.building, party=plot.objects["party"],
        kind="works", title=mark("Pump"), description=mark("Old"), responsible=by, state="waiting",
        waiting_for=mark("Part"), waiting_since=date(2026, 1, 1), opened_by=by, opened_at=now, moved_at=now,
    )  # fmt: skip
    plot.objects |= {
        "matter": matter,
        "matter_step": MatterStep.objects.create(
            matter=matter, text=mark("Ask"), responsible=by, due_on=date(2026, 1, 9), added_by=by, added_at=now
        ),
        "matter_case": MatterCase.objects.create(
            matter=matter, linked_type="contacts.matter", linked_id=matter.pk, linked_number=matter.number, at=now
        ),
        "internal_request": InternalRequest.objects.create(
            number=f"I-{uuid4().hex[:12]}",
            estate=plot.estate,
            building=plot.building,
            from_department="front_desk",
            to_department="cleaning",
            need=mark("Mop"),
            reason=mark("R"),
            result=mark("Clean"),
            rating_words=mark("Good"),
            asked_by=by,
            asked_at=now,
            answer_due_at=now,
        ),
        "promise": Commitment.objects.create(
            estate=plot.estate,
            building=plot.building,
            text=mark("Paint"),
            to_whom=mark("Ada"),
            promised_by=by,
            promised_on=date(2026, 1, 1),
            due_on=date(2026, 1, 9),
            entered_by=by,
            entered_at=now,
        ),
        "contact_record": row,
        "entry_draft": _begun(plot),
        "contact_task": FollowUp.objects.create(
            record=row, task=mark("Call"), assignee=by, due_on=date(2026, 1, 9), added_by=by, added_at=now
        ),
    }


def _accounts(plot: Plot) -> None:
    """Published: everybody of the estate reads it, and whoever asked their question."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    statement = AccountStatement.objects.create(
        number=f"A-{uuid4().hex[:12]}", estate=plot.estate, kind="public_revenue", from_on=date(2026, 1, 1),
        to_on=date(2026, 3, 31), currency="CNY", opening=0, closing=1, state="questioned", entered_by=by, entered_at=now,
        moved_at=now, published_at=now, published_by=by, explanation=mark("Fixed"), back_reason=plot.note("Sum"),
    )  # fmt: skip
    line = StatementLine.objects.create(
        statement=statement, place=1, direction="income", category="IN-1", category_en=mark("Adverts"),
        counterparty=mark("Lift ads"), text_en=mark("Quarter"), note=mark("Paid"), amount=1,
    )  # fmt: skip
    Review.objects.create(
        statement=statement, member=by, decision="returned", reason=plot.note("Which"), decided_at=now
    )
    plot.objects |= {
        "statement": statement,
        "statement_line": line,
        "account_question": Remark.objects.create(
            statement=statement, line=line, stage="published", is_question=True, body=plot.note("Why"), asked_by=by,
            asked_at=now, due_on=date(2026, 1, 9),
        ),
        "remark_open": Remark.objects.create(
            statement=statement, stage="published", is_question=True, body=plot.note("Whose"), asked_by=by, asked_at=now,
            answer=mark("Ours"), answered_by=by, answered_at=now, public_body=mark("Whose is it"), public_answer=mark("All of us"),
            is_public=True,
        ),
    }  # fmt: skip
    plot.objects["shared_costs"] = AccountStatement.objects.create(
        number=f"A-{uuid4().hex[:12]}", estate=plot.estate, kind="utility", from_on=date(2026, 1, 1),
        to_on=date(2026, 3, 31), currency="CNY", opening=0, closing=0, state="published", entered_by=by, entered_at=now,
        moved_at=now, published_at=now, published_by=by,
    )  # fmt: skip
    _promises(plot)


def _promises(plot: Plot) -> None:
    """Everybody of the estate reads what is promised, and what was written down of it."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    row = ServiceStandard.objects.create(estate=plot.estate, created_by=by, created_at=now)
    StandardVersion.objects.create(
        standard=row, number=1, from_on=date(2026, 1, 1), item_en=mark("Sweeping"), level_en=mark("Floors"),
        measure_en=mark("Sheet"), unit="week", source="records", created_by=by, created_at=now,
    )  # fmt: skip
    plot.objects |= {
        "promise_to_estate": row,
        "promise_record": StandardRecord.objects.create(
            standard=row, on=date(2026, 1, 9), note=mark("Swept"), by=by, at=now
        ),
    }


def _articles(plot: Plot) -> None:
    """Published for the estate: everybody there reads it."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    article = Article.objects.create(
        kind="covenant", language="en", title=mark("House rules"), keeper=by, state="published", added_by=by,
        added_at=now, changed_at=now,
    )  # fmt: skip
    ArticleEstate.objects.create(article=article, estate=plot.estate)
    version = ArticleVersion.objects.create(
        article=article, number=1, title=article.title, source=mark("Congress"), note=mark("New"),
        text=mark("Article 1 Quiet"), state="published", made_by=by, made_at=now, published_by=by, published_at=now,
    )  # fmt: skip
    Clause.objects.create(
        version=version, place=1, kind="clause", key="art-1", number="Article 1", plain_number="1", body=mark("Quiet")
    )
    index_version(version)
    plot.objects["article"] = article


def _campaigns(plot: Plot) -> None:
    """Running, for everybody of the building; who does its step and whom it is addressed to is staff's business."""
    now, by, article = timezone.now(), plot.house.quality, plot.objects["article"]
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    row = Campaign.objects.create(
        name_en=mark("Know"), words_en=mark("Read"), purpose=mark("Knowing"), outcome=mark("Known"), state="running",
        audience={"buildings": [str(plot.building.pk)], "roles": ["owner", "occupant"]}, from_on=date(2026, 1, 1),
        to_on=date(2099, 1, 1), keeper=by, entered_by=by, entered_at=now, changed_at=now, started_by=by, started_at=now,
    )  # fmt: skip
    CampaignPlace.objects.create(campaign=row, estate=plot.estate, building=plot.building)
    CampaignArticle.objects.create(campaign=row, article=article, version=article.versions.get(), place=1)
    sheet = CampaignSheet.objects.create(campaign=row, estate=plot.estate)
    step = CampaignStep.objects.create(campaign=row, words=mark("Stand"), due_on=date(2026, 1, 5), keeper=by)
    plot.objects |= {"campaign": row, "campaign_step": step, "campaign_sheet": sheet}


def _enquiries(plot: Plot) -> None:
    """Answered; asked by whoever the plot is home to, if anybody."""
    now, by = timezone.now(), plot.house.quality
    row = Enquiry.objects.create(
        number=f"Q-{uuid4().hex[:12]}", estate=plot.estate, topic="rule", channel="app",
        membership=plot.objects.get("complainant_member"), caller_name=plot.mark("Cy"), caller_contact=plot.mark.email(),
        question=plot.mark("Dogs"), asked_at=now, entered_by=by, due_on=date(2026, 1, 9), state="answered", handler=by,
        moved_at=now, answered_at=now,
    )  # fmt: skip
    EnquiryTurn.objects.create(
        enquiry=row,
        place=1,
        question=row.question,
        asked_at=now,
        answer=plot.mark("Two"),
        answered_by=by,
        answered_at=now,
    )
    plot.objects["enquiry"] = row


def _fees(plot: Plot) -> None:
    """Published: everybody of the estate reads them."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    schedule = FeeSchedule.objects.create(
        number=f"F-{uuid4().hex[:12]}", estate=plot.estate, unit_kind="storage", version=FeeSchedule.objects.count() + 1,
        valid_from=date(2026, 1, 1) + timedelta(days=FeeSchedule.objects.count()), currency="CNY", state="published",
        explanation=mark("Costs"), decision=mark("No 3"), back_reason="", entered_by=by, entered_at=now, changed_by=by,
        changed_at=now, published_by=by, published_at=now,
    )  # fmt: skip
    item = FeeItem.objects.create(
        schedule=schedule, key=uuid4(), place=1, name_en=mark("Service"), rate="2.85", per="m2_month", note=mark("All"),
    )  # fmt: skip
    publication = Publication.objects.create(
        number=f"P-{uuid4().hex[:12]}", estate=plot.estate, kind="decision", title_en=mark("Decided"), text_en=mark("Yes"),
        state="live", min_days=15, start_on=date(2026, 1, 1), min_until=date(2026, 1, 16), entered_by=by, entered_at=now,
        published_by=by, published_at=now, moved_at=now,
    )  # fmt: skip
    place = PublicationPlace.objects.create(
        publication=publication, kind="board", where=mark("Hall"), from_on=date(2026, 1, 1), noted_by=by, noted_at=now
    )
    task = PublicationTask.objects.create(
        estate=plot.estate, pack="default", kind="budget", period_from=date(2025, 1, 1), period_to=date(2025, 12, 31),
        due_on=date(2026, 3, 31), computed_at=now,
    )  # fmt: skip
    plot.objects |= {
        "fee_schedule": schedule, "fee_item": item, "publication": publication, "publication_place": place,
        "publication_task": task,
    }  # fmt: skip


def _recurring(plot: Plot) -> None:
    """A duty of the building, done once; its reader is everybody who works there."""
    now, by = timezone.now(), plot.house.quality
    mark: Any = str if plot.mark.kind == PRIVATE else plot.mark
    duty = Duty.objects.create(
        title=mark("Service"), kind="lift_service", estate=plot.estate, building=plot.building, party=plot.objects["party"],
        every=15, unit="day", first_due_on=date(2026, 3, 1), due_on=date(2026, 3, 16), basis=mark("Law"), note=mark("Oil"),
        created_by=by, created_at=now, changed_at=now,
    )  # fmt: skip
    done = DutyDone.objects.create(
        duty=duty, due_on=date(2026, 3, 1), done_on=date(2026, 3, 1), words=mark("Oiled"), by=by, at=now
    )
    plot.objects |= {"duty": duty, "duty_done": done}
    secret, made = f"due-{plot.mark.kind}-{uuid4()}", {"created_at": now, "last_used_at": now}
    DutyFeed.objects.create(**made, membership=by, token_hash=hash_of_feed(secret))
    plot.words["duty_feed_secret"] = secret
    plot.objects["duty_feed"] = DutyFeed.objects.create(
        **made, membership=plot.objects["locked_out"], token_hash=uuid4().hex
    )
    plot.objects["contract_file"] = Attachment.objects.create(
        original_name=mark("terms.pdf"), kind="document", mime="application/pdf", size=1, received_bytes=1, sha256="0" * 64,
        stored_name=_stored(mark("terms")), state="clean", uploaded_by=by, holder=holder_key(membership_id=by.pk, visitor=""),
        created_at=now, subject_type="contacts.contract", subject_id=plot.objects["contract"].pk,
    )  # fmt: skip


def _privacy(plot: Plot) -> None:
    mark, now = plot.mark, timezone.now()
    programmer = Membership.objects.create(
        user=User.objects.create_user(mark.email()), role="owner", name=mark("Ed") if mark.kind == FOREIGN else "Ed"
    )
    named = {"person": plot.objects["lessee"]}  # who does not sign in: it is the officer's business alone
    plot.objects |= {
        "data_request": DataRequest.objects.create(
            **named, kind="correction", words=mark("Wrong"), asked_at=now, due_at=now + timedelta(days=15)
        ),
        "archive": DataExport.objects.create(
            **named, language="en", state="done", stored_name=_stored(mark("archive")), requested_at=now, finished_at=now,
            expires_at=now + timedelta(days=7),
        ),
        "hold": LegalHold.objects.create(person=plot.objects["invited"], reason=mark("Court"), set_by=plot.house.admin, set_at=now),
        "api_token": ApiToken.objects.create(
            membership=programmer, name=mark("Program"), hint="pct_", secret_hash=uuid4().hex * 2,
            created_at=now, expires_at=now + timedelta(days=9), scopes=["complaints:read"],
        ),
    }  # fmt: skip


def _stored(words: str) -> str:
    return storages["private"].save(f"probe/{uuid4()}.zip", ContentFile(words.encode()))


def _report(plot: Plot) -> None:
    month, ids = first_of(date.today()), [str(plot.estate.pk)]
    figures, listing = month_figures(month=month, estate_ids=ids, estate=plot.estate, now=timezone.now())
    stored = {}
    for suffix in ("pdf", "xlsx"):
        stored[f"{suffix}_name"] = f"probe/{uuid4()}.{suffix}"
        storages["private"].save(stored[f"{suffix}_name"], ContentFile(plot.mark("paper").encode()))
    plot.objects["report"] = ReportRun.objects.create(
        kind="complaints_month", estate=plot.estate, estate_ids=ids, month=month, language="en", state="done",
        figures=figures | {"estate": plot.mark("Court")}, listing=listing, requested_by=plot.house.manager,
        requested_at=timezone.now(), **stored,
    )  # fmt: skip
