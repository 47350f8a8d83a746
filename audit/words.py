"""Each action as a sentence. %(who)s did it, %(what)s is the object: its kind, and its number or code."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import AuditEntry
from tenancy.names import member_name_for

# Whole actions first, then what any object can undergo.
SENTENCES: dict[str, Promise] = {
    "complaint.filed": gettext_lazy("%(who)s filed %(what)s"),
    "complaint.moved": gettext_lazy("%(who)s moved %(what)s on"),
    "complaint.assigned": gettext_lazy("%(who)s assigned %(what)s"),
    "complaint.assigned_by_rule": gettext_lazy("A rule chose the handler of %(what)s"),
    "assignment.rule_made": gettext_lazy("%(who)s made the rule of assignment %(what)s"),
    "assignment.rule_changed": gettext_lazy("%(who)s changed the rule of assignment %(what)s"),
    "assignment.rule_moved": gettext_lazy("%(who)s moved the rule of assignment %(what)s in the order"),
    "absence.noted": gettext_lazy("%(who)s noted an absence"),
    "absence.ended": gettext_lazy("%(who)s ended an absence"),
    "complaint.handed_over": gettext_lazy("%(who)s handed %(what)s over"),
    "complaint.acknowledged": gettext_lazy("%(who)s took up an escalation of %(what)s"),
    "complaint.priority": gettext_lazy("%(who)s changed the priority of %(what)s"),
    "complaint.severity": gettext_lazy("%(who)s changed the severity of %(what)s"),
    "complaint.extended": gettext_lazy("%(who)s gave %(what)s more time"),
    "complaint.update_promised": gettext_lazy("%(who)s promised the next word on %(what)s"),
    "complaint.wait_moved": gettext_lazy("%(who)s moved the day until which %(what)s waits"),
    "complaint.recomputed": gettext_lazy("%(who)s set the promised times of %(what)s anew"),
    "calendar.recomputed": gettext_lazy("%(who)s set the promised times of %(what)s anew"),
    "complaint.return_visit": gettext_lazy("%(who)s recorded a return visit for %(what)s"),
    "complaint.converted": gettext_lazy("%(who)s made %(what)s a complaint"),
    "complaint.watched": gettext_lazy("%(who)s watches %(what)s"),
    "complaint.unwatched": gettext_lazy("%(who)s watches %(what)s no longer"),
    "complaint.put_aside": gettext_lazy("%(who)s put %(what)s aside"),
    "complaint.taken_back": gettext_lazy("%(who)s took %(what)s up again"),
    "complaint.task_added": gettext_lazy("%(who)s added a task to %(what)s"),
    "complaint.checklist": gettext_lazy("%(who)s put a checklist on %(what)s"),
    "complaint.task_done": gettext_lazy("%(who)s did a task of %(what)s"),
    "complaint.task_open": gettext_lazy("%(who)s opened a task of %(what)s again"),
    "bulkrun.undone": gettext_lazy("%(who)s undid an act on several cases: %(what)s"),
    "complaint.joined": gettext_lazy("%(who)s joined %(what)s to another complaint"),
    "complaint.parted": gettext_lazy("%(who)s parted %(what)s from another complaint"),
    "complaint.words": gettext_lazy("%(who)s added words or files to %(what)s"),
    "complaint.reply": gettext_lazy("%(who)s replied on %(what)s"),
    "inboundmail.filed": gettext_lazy("%(who)s made a mail a complaint"),
    "inboundmail.attached": gettext_lazy("%(who)s added a mail to a case"),
    "inboundmail.discarded": gettext_lazy("%(who)s discarded a mail"),
    "place.renewed": gettext_lazy("%(who)s renewed the code of %(what)s"),
    "place.switched_off": gettext_lazy("%(who)s switched off %(what)s"),
    "place.switched_on": gettext_lazy("%(who)s switched on %(what)s"),
    "place.labels_printed": gettext_lazy("%(who)s printed labels of places"),
    "complaint.note": gettext_lazy("%(who)s wrote a note on %(what)s"),
    "notice.begun": gettext_lazy("%(who)s began %(what)s"),
    "notice.discarded": gettext_lazy("%(who)s discarded %(what)s"),
    "notice.submitted": gettext_lazy("%(who)s handed %(what)s in for approval"),
    "notice.approved": gettext_lazy("%(who)s approved %(what)s"),
    "notice.returned": gettext_lazy("%(who)s returned %(what)s to its author"),
    "notice.taken_back": gettext_lazy("%(who)s took %(what)s back before it left"),
    "notice.scheduled": gettext_lazy("%(who)s let %(what)s go"),
    "notice.sent": gettext_lazy("%(what)s was sent"),
    "notice.corrected": gettext_lazy("%(who)s corrected %(what)s"),
    "notice.withdrawn": gettext_lazy("%(who)s withdrew %(what)s"),
    "feed.made": gettext_lazy("%(who)s made a feed of a notice board"),
    "feed.ended": gettext_lazy("%(who)s ended a feed of a notice board"),
    "notice.printed": gettext_lazy("%(who)s had %(what)s printed"),
    "notice.posted": gettext_lazy("%(who)s noted the letters of %(what)s as posted"),
    "notice.paper_downloaded": gettext_lazy("%(who)s downloaded what was printed of %(what)s"),
    "push.begun": gettext_lazy("%(who)s asked for push messages in a browser"),
    "push.ended": gettext_lazy("%(who)s ended push messages in a browser"),
    "segment.kept": gettext_lazy("%(who)s kept %(what)s"),
    "delivery.requeued": gettext_lazy("%(who)s had %(what)s sent again"),
    "notice.acknowledged": gettext_lazy("%(who)s noted that a recipient has read %(what)s"),
    "notice.delivered_by_hand": gettext_lazy("%(who)s noted a delivery by hand of %(what)s"),
    "notice.floor_delivered_by_hand": gettext_lazy("%(who)s noted deliveries by hand of %(what)s for a floor"),
    "notice.proof_requested": gettext_lazy("%(who)s had the proof of delivery of %(what)s made"),
    "notice.proof_fetched": gettext_lazy("%(who)s downloaded the proof of delivery of %(what)s"),
    "preference.unsubscribed": gettext_lazy("A kind of message was switched off by the link in it"),
    "suppression.lifted": gettext_lazy("%(who)s had an address sent to again"),
    "notice.chase_exported": gettext_lazy("%(who)s downloaded the chase list of %(what)s"),
    "communicationrecord.entered": gettext_lazy("%(who)s wrote down %(what)s"),
    "communicationrecord.amended": gettext_lazy("%(who)s amended %(what)s"),
    "communicationrecord.answered": gettext_lazy("%(who)s answered %(what)s"),
    "communicationrecord.settled": gettext_lazy("%(who)s noted that %(what)s needs no answer"),
    "communicationrecord.taken_back": gettext_lazy("%(who)s noted that %(what)s needs an answer after all"),
    "columns.chosen": gettext_lazy("%(who)s said what the columns of a file of accounts mean"),
    "standard.promised": gettext_lazy("%(who)s promised a service to an estate"),
    "standard.changed": gettext_lazy("%(who)s changed what is promised to an estate"),
    "standard.ended": gettext_lazy("%(who)s ended a promise to an estate"),
    "standard.done": gettext_lazy("%(who)s noted that a promised service was done"),
    "standard.done_withdrawn": gettext_lazy("%(who)s took back a record of a promised service"),
    "statement.brought_in": gettext_lazy("%(who)s brought in the accounts %(what)s"),
    "statement.draft": gettext_lazy("%(who)s sent the accounts %(what)s back"),
    "statement.prepared": gettext_lazy("%(who)s prepared the accounts %(what)s"),
    "statement.finance_checked": gettext_lazy("%(who)s checked the accounts %(what)s"),
    "statement.committee_review": gettext_lazy("%(who)s put the accounts %(what)s before the committee"),
    "statement.review_signed": gettext_lazy("%(who)s signed off the accounts %(what)s"),
    "statement.review_returned": gettext_lazy("%(who)s returned the accounts %(what)s"),
    "statement.approved": gettext_lazy("The committee approved the accounts %(what)s"),
    "statement.returned": gettext_lazy("The committee returned the accounts %(what)s"),
    "statement.published": gettext_lazy("%(who)s published the accounts %(what)s"),
    "statement.closed": gettext_lazy("%(who)s closed the accounts %(what)s"),
    "statement.corrected": gettext_lazy("%(who)s began a correction of the accounts %(what)s"),
    "statement.discarded": gettext_lazy("%(who)s discarded the draft of the accounts %(what)s"),
    "statement.voucher_added": gettext_lazy("%(who)s added vouchers to the accounts %(what)s"),
    "statement.line_seen": gettext_lazy("%(who)s went through a line of the accounts %(what)s"),
    "statement.line_unseen": gettext_lazy("%(who)s took back having gone through a line of the accounts %(what)s"),
    "statement.question_asked": gettext_lazy("%(who)s asked about the accounts %(what)s"),
    "statement.commented": gettext_lazy("%(who)s commented on the accounts %(what)s"),
    "feeschedule.begun": gettext_lazy("%(who)s began the fees %(what)s"),
    "feeschedule.changed": gettext_lazy("%(who)s changed the fees %(what)s"),
    "feeschedule.item_put": gettext_lazy("%(who)s wrote a charge of the fees %(what)s"),
    "feeschedule.item_dropped": gettext_lazy("%(who)s took a charge out of the fees %(what)s"),
    "feeschedule.files_added": gettext_lazy("%(who)s attached a report to the fees %(what)s"),
    "feeschedule.checked": gettext_lazy("%(who)s checked the fees %(what)s"),
    "feeschedule.sent_back": gettext_lazy("%(who)s sent the fees %(what)s back"),
    "feeschedule.published": gettext_lazy("%(who)s published the fees %(what)s"),
    "publication.drafted": gettext_lazy("%(who)s drafted a publication"),
    "publication.changed": gettext_lazy("%(who)s changed a draft of a publication"),
    "publication.discarded": gettext_lazy("%(who)s discarded a draft of a publication"),
    "publication.published": gettext_lazy("%(who)s published %(what)s"),
    "publication.ended": gettext_lazy("%(what)s ended"),
    "publication.withdrawal_asked": gettext_lazy("%(who)s asked to withdraw %(what)s"),
    "publication.withdrawn": gettext_lazy("%(who)s withdrew %(what)s"),
    "publication.withdrawal_dropped": gettext_lazy("%(who)s let %(what)s stay"),
    "publication.place_noted": gettext_lazy("%(who)s noted where %(what)s is shown"),
    "publication.place_amended": gettext_lazy("%(who)s amended where %(what)s is shown"),
    "publicduty.planned": gettext_lazy("%(who)s set what an estate must publish"),
    "publicduty.kept": gettext_lazy("A duty to publish was found or named kept by %(what)s"),
    "publicduty.reopened": gettext_lazy("A duty to publish is open again"),
    "statement.question_answered": gettext_lazy("%(who)s answered a question on the accounts %(what)s"),
    "statement.answer_opened": gettext_lazy("%(who)s opened an answer on the accounts %(what)s to all owners"),
    "statement.answer_taken_back": gettext_lazy("%(who)s took back an answer on the accounts %(what)s from all owners"),
    "article.written": gettext_lazy("%(who)s wrote the article %(what)s"),
    "article.changed": gettext_lazy("%(who)s wrote a new draft of the article %(what)s"),
    "article.kept": gettext_lazy("%(who)s changed who keeps the article %(what)s, where it holds or its review"),
    "article.published": gettext_lazy("%(who)s published the article %(what)s"),
    "article.draft_dropped": gettext_lazy("%(who)s dropped a draft of the article %(what)s"),
    "article.withdrawn": gettext_lazy("%(who)s withdrew the article %(what)s"),
    "article.looked_through": gettext_lazy("%(who)s looked through the article %(what)s"),
    "enquiry.asked": gettext_lazy("%(who)s asked the question %(what)s"),
    "enquiry.assigned": gettext_lazy("%(who)s gave the enquiry %(what)s to somebody"),
    "enquiry.answered": gettext_lazy("%(who)s answered the enquiry %(what)s"),
    "enquiry.asked_back": gettext_lazy("%(who)s came back to the enquiry %(what)s"),
    "enquiry.closed": gettext_lazy("%(who)s closed the enquiry %(what)s"),
    "enquiry.converted": gettext_lazy("%(who)s made a complaint or a request of the enquiry %(what)s"),
    "enquiry.opened": gettext_lazy("%(who)s opened the enquiry %(what)s to all of the estate"),
    "enquiry.taken_back": gettext_lazy("%(who)s no longer shows the enquiry %(what)s to all"),
    "enquiry.voted": gettext_lazy("%(who)s said whether the answer to %(what)s helped"),
    "statement.question_voted": gettext_lazy("%(who)s said whether an answer on %(what)s helped"),
    "campaign.written": gettext_lazy("%(who)s prepared the campaign %(what)s"),
    "campaign.changed": gettext_lazy("%(who)s changed the campaign %(what)s"),
    "campaign.discarded": gettext_lazy("%(who)s discarded the campaign %(what)s"),
    "campaign.planned": gettext_lazy("%(who)s let the campaign %(what)s begin on its first day"),
    "campaign.held_back": gettext_lazy("%(who)s held the campaign %(what)s back"),
    "campaign.started": gettext_lazy("%(who)s let the campaign %(what)s begin"),
    "campaign.ended": gettext_lazy("%(who)s ended the campaign %(what)s"),
    "campaign.summed_up": gettext_lazy("%(who)s wrote what came of the campaign %(what)s"),
    "campaign.reach_downloaded": gettext_lazy("%(who)s downloaded whom the campaign %(what)s reached"),
    "campaign.step_added": gettext_lazy("%(who)s added a step to the campaign %(what)s"),
    "campaign.step_changed": gettext_lazy("%(who)s changed a step of the campaign %(what)s"),
    "campaign.step_done": gettext_lazy("%(who)s marked a step of the campaign %(what)s as done"),
    "campaign.step_opened": gettext_lazy("%(who)s opened a step of the campaign %(what)s again"),
    "campaign.step_dropped": gettext_lazy("%(who)s dropped a step of the campaign %(what)s"),
    "article.voted": gettext_lazy("%(who)s said whether the article %(what)s helped"),
    "internal_request.asked": gettext_lazy("%(who)s asked for %(what)s"),
    "internal_request.accepted": gettext_lazy("%(who)s accepted %(what)s"),
    "internal_request.declined": gettext_lazy("%(who)s declined %(what)s"),
    "internal_request.done": gettext_lazy("%(who)s noted %(what)s as done"),
    "internal_request.rated": gettext_lazy("%(who)s rated %(what)s"),
    "internal_request.escalated": gettext_lazy("%(what)s was not answered and was passed on"),
    "commitment.made": gettext_lazy("%(who)s wrote down %(what)s"),
    "commitment.kept": gettext_lazy("%(who)s noted %(what)s as kept"),
    "commitment.broken": gettext_lazy("%(who)s noted %(what)s as not kept"),
    "commitment.withdrawn": gettext_lazy("%(who)s took %(what)s back"),
    "commitment.escalated": gettext_lazy("%(what)s was overdue and was passed on to the managers"),
    "matter.opened": gettext_lazy("%(who)s opened %(what)s"),
    "matter.changed": gettext_lazy("%(who)s changed %(what)s"),
    "matter.waiting": gettext_lazy("%(who)s noted what %(what)s waits for"),
    "matter.resumed": gettext_lazy("%(who)s let %(what)s go on"),
    "matter.done": gettext_lazy("%(who)s noted %(what)s as done"),
    "matter.dropped": gettext_lazy("%(who)s dropped %(what)s"),
    "matter.linked": gettext_lazy("%(who)s linked a case to %(what)s"),
    "matter.unlinked": gettext_lazy("%(who)s took a case away from %(what)s"),
    "matterstep.added": gettext_lazy("%(who)s added a step to %(what)s"),
    "matterstep.done": gettext_lazy("%(who)s noted a step of %(what)s as done"),
    "entrydraft.begun": gettext_lazy("%(who)s began %(what)s"),
    "entrydraft.kept": gettext_lazy("%(who)s went on with %(what)s"),
    "entrydraft.discarded": gettext_lazy("%(who)s discarded %(what)s"),
    "followup.added": gettext_lazy("%(who)s gave somebody a task because of %(what)s"),
    "followup.done": gettext_lazy("%(who)s noted a task of %(what)s as done"),
    "outsideparty.imported": gettext_lazy("%(who)s brought in outside parties from a file"),
    "outsideparty.exported": gettext_lazy("%(who)s exported outside parties"),
    "outage.received": gettext_lazy("%(who)s took down %(what)s"),
    "outage.verified": gettext_lazy("%(who)s verified %(what)s"),
    "outage.changed": gettext_lazy("%(who)s changed the times of %(what)s"),
    "outage.relay_asked": gettext_lazy("%(who)s sent the notice of %(what)s"),
    "outage.relayed": gettext_lazy("The people concerned were told of %(what)s"),
    "outage.restored": gettext_lazy("%(who)s noted that %(what)s is over"),
    "outage.closed": gettext_lazy("%(who)s closed %(what)s"),
    "outage.withdrawn": gettext_lazy("%(who)s withdrew %(what)s"),
    "outage.followed": gettext_lazy("%(who)s had somebody told when %(what)s is over"),
    "outage.unfollowed": gettext_lazy("%(who)s follows %(what)s no more"),
    "relays.downloaded": gettext_lazy("%(who)s downloaded the report of relay times"),
    "register.downloaded": gettext_lazy("%(who)s downloaded a report of the register"),
    "grant.given": gettext_lazy("%(who)s let an outside party in by a link"),
    "grant.ended": gettext_lazy("%(who)s ended a link of an outside party"),
    "grant.opened": gettext_lazy("An outside party opened its link"),
    "grant.answered": gettext_lazy("An outside party answered by its link"),
    "contactperson.added": gettext_lazy("%(who)s entered a contact person at %(what)s"),
    "contactperson.changed": gettext_lazy("%(who)s changed a contact person at %(what)s"),
    "contactperson.removed": gettext_lazy("%(who)s deleted a contact person at %(what)s"),
    "contract.added": gettext_lazy("%(who)s entered a contract with %(what)s"),
    "contract.changed": gettext_lazy("%(who)s changed a contract with %(what)s"),
    "certificate.added": gettext_lazy("%(who)s entered a certificate of %(what)s"),
    "certificate.changed": gettext_lazy("%(who)s changed a certificate of %(what)s"),
    "evaluation.added": gettext_lazy("%(who)s evaluated %(what)s"),
    "contract.file_removed": gettext_lazy("%(who)s removed a document of a contract with %(what)s"),
    "duty.stopped": gettext_lazy("%(who)s stopped %(what)s"),
    "duty.resumed": gettext_lazy("%(who)s let %(what)s go on"),
    "duty.done": gettext_lazy("%(who)s noted %(what)s as done"),
    "dutyfeed.made": gettext_lazy("%(who)s made a feed of what is due"),
    "dutyfeed.ended": gettext_lazy("%(who)s ended a feed of what is due"),
    "report.requested": gettext_lazy("%(who)s asked for %(what)s"),
    "report.retried": gettext_lazy("%(who)s had %(what)s made again"),
    "report.downloaded": gettext_lazy("%(who)s downloaded %(what)s"),
    "attachment.downloaded": gettext_lazy("%(who)s opened %(what)s"),
    "attachment.uploaded": gettext_lazy("%(who)s uploaded %(what)s"),
    "auditlog.exported": gettext_lazy("%(who)s exported the audit log"),
    "membership.added": gettext_lazy("%(who)s made %(what)s a member"),
    "factorreset.asked": gettext_lazy("%(who)s asked for the reset of the second factor of %(what)s"),
    "factorreset.stopped": gettext_lazy("%(who)s stopped the reset of a second factor"),
    "factorreset.done": gettext_lazy("The second factor of %(what)s was reset"),
    "person.invited": gettext_lazy("%(who)s invited %(what)s"),
    "person.linked": gettext_lazy("%(who)s linked %(what)s with a sign-in"),
    "person.accepted_invitation": gettext_lazy("%(who)s accepted an invitation"),
    "registryimport.uploaded": gettext_lazy("%(who)s uploaded the file of %(what)s"),
    "registryimport.started": gettext_lazy("%(who)s started %(what)s"),
    "registryimport.done": gettext_lazy("%(who)s carried out %(what)s"),
    "registryimport.ready": gettext_lazy("%(who)s checked %(what)s: it is ready"),
    "registryimport.faulty": gettext_lazy("%(who)s checked %(what)s: it has errors"),
    "registryimport.failed": gettext_lazy("%(who)s could not carry out %(what)s"),
    "registryimport.undone": gettext_lazy("%(who)s undid %(what)s"),
    "registryimport.errors_read": gettext_lazy("%(who)s downloaded the errors of %(what)s"),
    "savedfilter.saved": gettext_lazy("%(who)s saved %(what)s"),
    "unitclaim.asked": gettext_lazy("%(who)s asked for a unit"),
    "unitclaim.withdrawn": gettext_lazy("%(who)s withdrew %(what)s"),
    "unitclaim.approved": gettext_lazy("%(who)s approved %(what)s"),
    "unitclaim.declined": gettext_lazy("%(who)s declined %(what)s"),
    "token.made": gettext_lazy("%(who)s made an API token"),
    "token.revoked": gettext_lazy("%(who)s revoked an API token"),
    "datarequest.asked": gettext_lazy("%(who)s asked about personal data"),
    "datarequest.done": gettext_lazy("%(who)s answered a request about personal data"),
    "datarequest.refused": gettext_lazy("%(who)s refused a request about personal data"),
    "datarequest.withdrawn": gettext_lazy("%(who)s withdrew a request about personal data"),
    "dataexport.requested": gettext_lazy("%(who)s had an archive of personal data made"),
    "dataexport.fetched": gettext_lazy("%(who)s fetched an archive of personal data"),
    "legalhold.set": gettext_lazy("%(who)s set a legal hold"),
    "legalhold.released": gettext_lazy("%(who)s released a legal hold"),
    "person.erased": gettext_lazy("%(who)s erased a person"),
    "retention.swept": gettext_lazy("What is kept no longer was erased"),
    "term.set": gettext_lazy("%(who)s changed how long something is kept"),
    "people.read": gettext_lazy("%(who)s read the list of people"),
    "units.read": gettext_lazy("%(who)s read the list of units"),
    "page.read": gettext_lazy("%(who)s read a page"),
    "request.posted": gettext_lazy("%(who)s changed something through a page"),
    "account.signed_in": gettext_lazy("%(who)s signed in"),
    "account.signed_out": gettext_lazy("%(who)s signed out"),
    "account.signed_up": gettext_lazy("%(who)s signed up"),
    "account.sign_in_failed": gettext_lazy("A sign-in failed: wrong password or unknown address"),
    "account.code_refused": gettext_lazy("A code was refused"),
    "account.factor_refused": gettext_lazy("A second factor was refused"),
    "account.proven": gettext_lazy("%(who)s proved who they are"),
    "account.mailed": gettext_lazy("%(who)s was sent a message about their sign-in"),
    "account.password_changed": gettext_lazy("%(who)s changed their password"),
    "account.password_reset": gettext_lazy("%(who)s set a new password by a code"),
    "account.email_added": gettext_lazy("%(who)s added an e-mail address"),
    "account.email_removed": gettext_lazy("%(who)s removed an e-mail address"),
    "account.email_changed": gettext_lazy("%(who)s changed their e-mail address"),
    "account.email_confirmed": gettext_lazy("%(who)s confirmed an e-mail address"),
    "account.factor_added": gettext_lazy("%(who)s added a second factor"),
    "account.factor_removed": gettext_lazy("%(who)s removed a second factor"),
    "account.factor_renewed": gettext_lazy("%(who)s made new recovery codes"),
    "account.factor_renamed": gettext_lazy("%(who)s renamed a passkey"),
    "account.factor_used": gettext_lazy("%(who)s used a second factor"),
    "account.sessions_ended": gettext_lazy("%(who)s ended their other sessions"),
    "account.language": gettext_lazy("%(who)s chose a language"),
}
ANY: dict[str, Promise] = {
    "added": gettext_lazy("%(who)s added %(what)s"),
    "changed": gettext_lazy("%(who)s changed %(what)s"),
    "deleted": gettext_lazy("%(who)s deleted %(what)s"),
    "read": gettext_lazy("%(who)s read %(what)s"),
}
DETAILS: dict[str, Promise] = {
    "from": gettext_lazy("from"), "to": gettext_lazy("to"), "files": gettext_lazy("files"),
    "fields": gettext_lazy("fields"), "role": gettext_lazy("role"), "channel": gettext_lazy("channel"),
    "rows": gettext_lazy("rows"), "errors": gettext_lazy("errors"), "method": gettext_lazy("method"),
    "factor": gettext_lazy("factor"), "kind": gettext_lazy("kind"), "route": gettext_lazy("page"),
    "handler": gettext_lazy("handler"), "level": gettext_lazy("level"), "number": gettext_lazy("number"),
    "mail": gettext_lazy("message"), "reached": gettext_lazy("reached"), "solved": gettext_lazy("solved"),
    "estates": gettext_lazy("estates"), "estate": gettext_lazy("estate"), "unit": gettext_lazy("unit"),
    "is_active": gettext_lazy("active"), "user": gettext_lazy("sign-in"), "membership": gettext_lazy("member"),
    "entries": gettext_lazy("entries"), "reauthenticated": gettext_lazy("confirmed again"),
    "passwordless": gettext_lazy("without password"),
    "recipient": gettext_lazy("recipient"), "how": gettext_lazy("how"), "building": gettext_lazy("building"),
    "floor": gettext_lazy("floor"), "count": gettext_lazy("number of people"),
    "letters": gettext_lazy("letters"), "due": gettext_lazy("due"), "done": gettext_lazy("done"),
    "next": gettext_lazy("next"), "until": gettext_lazy("until"), "tasks": gettext_lazy("tasks"),
    "cases": gettext_lazy("cases"),
}  # fmt: skip
# Whose codes stand in from and to, or under the name itself.
CODES = {"moved": "state", "priority": "priority", "severity": "severity"}


def who(entry: AuditEntry) -> str:
    if getattr(entry, "hides_actor", False):
        return _("Somebody whose name is confidential")
    if entry.actor is not None:
        return entry.actor.name if not getattr(entry, "hides_names", False) else member_name_for(None, entry.actor)
    outside = entry.action.startswith(
        (
            "account.",
            "unitclaim.",
            "complaint.words",
            "complaint.converted",
            "attachment.",
            "notice.acknowledged",
            "request.",
        )
    )
    return _("Somebody who is no member") if outside else _("The system")


def what(entry: AuditEntry) -> str:
    """The object by its kind and number or code; an entry knows no name."""
    try:
        kind = str(apps.get_model(entry.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = entry.subject_type
    return f"{kind} {entry.subject_label}".strip()


def sentence(entry: AuditEntry) -> str:
    pattern = SENTENCES.get(entry.action) or ANY.get(entry.action.rpartition(".")[2])
    if pattern is None:
        return f"{who(entry)}: {entry.action} {what(entry)}"
    told = capfirst(str(pattern) % {"who": who(entry), "what": what(entry)})
    if {"from", "to"} <= entry.changes.keys():
        told += " ({} → {})".format(*(_worded(entry, name, entry.changes[name]) for name in ("from", "to")))
    return told


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """What the entry says of the change, in words where the codes have some."""
    return [(str(DETAILS.get(name, name)), _worded(entry, name, value)) for name, value in entry.changes.items()]


def _worded(entry: AuditEntry, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{key} {count}" for key, count in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    act = entry.action.rpartition(".")[2]
    return _choice(entry.subject_type, CODES.get(act, name) if name in ("from", "to") else name, str(value))


def _choice(subject_type: str, field: str, code: str) -> str:
    try:
        choices = apps.get_model(subject_type)._meta.get_field(field).flatchoices
    except (LookupError, ValueError, AttributeError, FieldDoesNotExist):
        return code
    return str(dict(choices).get(code, code))
