"""A valid POST to every route that changes something. `act` names the route; a new one needs an act here."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from complaints.models import BulkRun, Escalation, SavedFilter
from complaints.queries import follow_token
from complaints.services import escalation
from deadlines.models import ServiceCalendar
from deadlines.versions import keep_version
from notices import factor_resets
from notices.mail import message_of
from notices.models import Delivery, Suppression
from owners.models import Person
from owners.services.claims import ask_for_unit
from owners.services.invitations import invite_person
from owners.services.staff import add_member
from tenancy.models import User
from tests.complaints.pages import photo, signed_in, typed
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish
from tests.factories.house import PASSWORD, House
from tests.owners.making import lakeside, uploaded, workbook

Act = Callable[[House], Any]
ACTS: dict[str, Act] = {}


def act(*names: str) -> Callable[[Act], Act]:
    def wrap(do: Act) -> Act:
        ACTS.update(dict.fromkeys(names, do))
        return do

    return wrap


BEFORE: set[Any] = set()  # the entries before the newest POST: an act may need others to get there


def send(client: Client, address: str, said: dict[str, Any]) -> Any:
    BEFORE.clear()
    BEFORE.update(AuditEntry.objects.values_list("pk", flat=True))
    return client.post(address, said)


def post(client: Client, route: str, *args: Any, **given: Any) -> Any:
    return send(client, reverse(route, args=args), given)


def document(name: str = "registry.xlsx") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, workbook(lakeside()))


# -- signing in ------------------------------------------------------------------------------------------------------


def with_password(house: House) -> User:
    user = house.owner.user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def by_password(house: House) -> Client:
    """Signed in through the door."""
    client = Client(HTTP_HOST=house.host)
    post(client, "account_login", login=with_password(house).email, password=PASSWORD)
    return client


def proven(house: House) -> Client:
    """Signed in, and the password given once more, as changing a factor demands."""
    client = by_password(house)
    assert post(client, "account_reauthenticate", password=PASSWORD).status_code == 302
    return client


def code_in_mail(house: House) -> str:
    """The code of the newest mail, which waits sealed in the outbox."""
    body = message_of(Delivery.objects.latest("created_at"), house.organisation).body
    return re.search(r"^\s*([A-Z0-9]{4,}-?[A-Z0-9]{2,})\s*$", body, re.MULTILINE)[1]


@act("account_login")
def sign_in(house: House) -> Any:
    client = Client(HTTP_HOST=house.host)
    return post(client, "account_login", login=with_password(house).email, password=PASSWORD)


@act("account_logout")
def sign_out(house: House) -> Any:
    return post(by_password(house), "account_logout")


@act("account_signup")
def sign_up(house: House) -> Any:
    return post(Client(HTTP_HOST=house.host), "account_signup", email="new@example.net", password1=PASSWORD)


@act("account_email_verification_sent")
def confirm_address(house: House) -> Any:
    client = Client(HTTP_HOST=house.host)
    post(client, "account_signup", email="new@example.net", password1=PASSWORD)
    return post(client, "account_email_verification_sent", code=code_in_mail(house))


@act("account_reauthenticate")
def prove(house: House) -> Any:
    return post(by_password(house), "account_reauthenticate", password=PASSWORD)


@act("account_email")
def add_address(house: House) -> Any:
    return post(by_password(house), "account_email", action_add="", email="second@example.net")


@act("account_change_password")
def change_password(house: House) -> Any:
    fresh = f"{PASSWORD}-2"
    return post(by_password(house), "account_change_password", oldpassword=PASSWORD, password1=fresh, password2=fresh)


@act("account_set_password")
def set_password(house: House) -> Any:
    client = Client(HTTP_HOST=house.host)
    user = with_password(house)
    post(client, "account_request_login_code", email=user.email)
    post(client, "account_confirm_login_code", code=code_in_mail(house))
    User.objects.filter(pk=user.pk).update(password="!none")
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return post(client, "account_set_password", password1=f"{PASSWORD}-2", password2=f"{PASSWORD}-2")


@act("account_request_login_code")
def ask_for_code(house: House) -> Any:
    return post(Client(HTTP_HOST=house.host), "account_request_login_code", email=with_password(house).email)


@act("account_confirm_login_code")
def enter_code(house: House) -> Any:
    client = Client(HTTP_HOST=house.host)
    post(client, "account_request_login_code", email=with_password(house).email)
    return post(client, "account_confirm_login_code", code=code_in_mail(house))


@act("account_reset_password")
def ask_for_reset(house: House) -> Any:
    return post(Client(HTTP_HOST=house.host), "account_reset_password", email=with_password(house).email)


def with_reset_code(house: House) -> Client:
    client = Client(HTTP_HOST=house.host)
    post(client, "account_reset_password", email=with_password(house).email)
    return client


@act("account_confirm_password_reset_code")
def mistake_reset_code(house: House) -> Any:
    return post(with_reset_code(house), "account_confirm_password_reset_code", code="WRONG-1")


@act("account_complete_password_reset")
def reset(house: House) -> Any:
    client = with_reset_code(house)
    post(client, "account_confirm_password_reset_code", code=code_in_mail(house))
    fresh = f"{PASSWORD}-2"
    return post(client, "account_complete_password_reset", password1=fresh, password2=fresh)


@act("usersessions_list")
def end_other_sessions(house: House) -> Any:
    first = by_password(house)
    second = Client(HTTP_HOST=house.host)
    post(second, "account_login", login=house.owner.user.email, password=PASSWORD)
    return post(first, "usersessions_list")


# -- second factors ----------------------------------------------------------------------------------------------------


def with_totp(house: House) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(house.owner.user, secret)
    return secret


def now_code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


@act("mfa_activate_totp")
def add_totp(house: House) -> Any:
    client = proven(house)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return post(client, "mfa_activate_totp", code=now_code(secret))


@act("mfa_deactivate_totp")
def remove_totp(house: House) -> Any:
    client = proven(house)
    with_totp(house)
    return post(client, "mfa_deactivate_totp")


@act("mfa_generate_recovery_codes")
def renew_codes(house: House) -> Any:
    client = proven(house)
    with_totp(house)
    RecoveryCodes.activate(house.owner.user)
    return post(client, "mfa_generate_recovery_codes")


@act("mfa_authenticate")
def enter_second_factor(house: House) -> Any:
    secret = with_totp(house)
    client = by_password(house)
    return post(client, "mfa_authenticate", code=now_code(secret))


@act("mfa_reauthenticate")
def prove_with_factor(house: House) -> Any:
    client = by_password(house)
    return post(client, "mfa_reauthenticate", code=now_code(with_totp(house)))


class Key:
    """A passkey without its hardware: what the library would have verified is taken as verified."""

    def __init__(self, house: House) -> None:
        data = base64.urlsafe_b64encode(b"key").decode()
        self.row = lambda: Authenticator.objects.create(
            user=house.owner.user, type="webauthn", data={"name": "Phone", "credential": {"id": data}}
        )

    def verified(self, name: str, answer: Any, then: Callable[[], Any]) -> Any:
        names = ("parse_registration_response", "parse_authentication_response", "extract_user_from_response", name)
        real = {each: getattr(webauthn, each) for each in names}
        try:
            for each in names:
                setattr(webauthn, each, answer)
            return then()
        finally:
            for each, function in real.items():
                setattr(webauthn, each, function)


@act("mfa_add_webauthn")
def add_key(house: House) -> Any:
    client = proven(house)
    answer = lambda *args: SimpleNamespace(credential_data=True)  # noqa: E731
    then = lambda: post(client, "mfa_add_webauthn", name="Phone", credential=json.dumps({"id": "key"}))  # noqa: E731
    return Key(house).verified("complete_registration", answer, then)


def use_key(house: House, client: Client, route: str, row: Authenticator) -> Any:
    answer = lambda *args: row if len(args) == 2 else house.owner.user  # noqa: E731
    return Key(house).verified(
        "complete_authentication", answer, lambda: post(client, route, credential=json.dumps({"id": "key"}))
    )


@act("mfa_login_webauthn")
def sign_in_by_key(house: House) -> Any:
    with_password(house)
    return use_key(house, Client(HTTP_HOST=house.host), "mfa_login_webauthn", Key(house).row())


@act("mfa_reauthenticate_webauthn")
def prove_by_key(house: House) -> Any:
    client = by_password(house)
    return use_key(house, client, "mfa_reauthenticate_webauthn", Key(house).row())


@act("mfa_edit_webauthn")
def rename_key(house: House) -> Any:
    client = proven(house)
    return post(client, "mfa_edit_webauthn", Key(house).row().pk, name="Laptop")


@act("mfa_remove_webauthn")
def remove_key(house: House) -> Any:
    client = proven(house)
    return post(client, "mfa_remove_webauthn", Key(house).row().pk)


# -- complaints ----------------------------------------------------------------------------------------------------------


@act("complaints:new")
def file(house: House) -> Any:
    furnish(house)
    return send(signed_in(house, "owner"), reverse("complaints:new"), {**typed(house), "photos": [photo()]})


@act("complaints:enter")
def enter(house: House) -> Any:
    furnish(house)
    said = {
        "channel": "phone", "who": "unlisted", "caller_name": "Mei", "caller_phone": "07700 900999",
        "spot": f"building:{house.building.pk}", "place": "Lift 2", "category": "lift", "description": "It stops.", "filing_key": typed(house)["filing_key"],
    }  # fmt: skip
    return send(signed_in(house, "clerk"), reverse("complaints:enter"), said)


@act("complaints:act")
def answer_as_owner(house: House) -> Any:
    complaint = answered(furnish(house), at=timezone.now())
    return post(signed_in(house, "owner"), "complaints:act", complaint.number, "words", body="Thank you.")


@act("complaints:follow_act")
def answer_by_link(house: House) -> Any:
    complaint = answered(furnish(house), at=timezone.now())
    client = Client(HTTP_HOST=house.host)
    return post(client, "complaints:follow_act", follow_token(complaint), "words", body="Thank you.")


@act("triage:act")
def note(house: House) -> Any:
    complaint = assigned(furnish(house), at=timezone.now())
    return post(signed_in(house, "engineer"), "triage:act", complaint.number, "note", body="Seen.")


@act("triage:bulk")
def accept_many(house: House) -> Any:
    complaint = filed(furnish(house), at=timezone.now())
    return post(signed_in(house, "clerk"), "triage:bulk", tick=[str(complaint.pk)], act="accept", confirmed="1")


@act("triage:calendar")
def recompute(house: House) -> Any:
    accepted(furnish(house), at=timezone.now())
    keep_version(house.calendar.pk, now=timezone.now())
    ServiceCalendar.objects.update(version=2)
    return post(signed_in(house, "quality"), "triage:calendar", house.calendar.pk)


@act("triage:acknowledge")
def take_up(house: House) -> Any:
    now = timezone.now()
    filed(furnish(house), at=now - timedelta(days=20))
    escalation.sweep_clocks(now=now)
    row = Escalation.objects.filter(to=house.supervisor).first()
    return post(signed_in(house, "supervisor"), "triage:acknowledge", row.pk)


@act("triage:save_filter")
def keep_filter(house: House) -> Any:
    return post(signed_in(house, "clerk"), "triage:save_filter", name="Late", query="tab=late")


@act("triage:delete_filter")
def forget_filter(house: House) -> Any:
    keep_filter(house)
    return post(signed_in(house, "clerk"), "triage:delete_filter", SavedFilter.objects.get().pk)


@act("triage:undo")
def undo_many(house: House) -> Any:
    complaint = accepted(furnish(house), at=timezone.now())
    client = signed_in(house, "supervisor")
    post(client, "triage:bulk", tick=[str(complaint.pk)], act="priority", priority="p1", confirmed="1")
    return post(client, "triage:undo", BulkRun.objects.get().pk)


# -- reports -------------------------------------------------------------------------------------------------------------


@act("reports:index")
def ask_for_report(house: House) -> Any:
    month = timezone.localdate().replace(day=1).isoformat()
    client = signed_in(house, "manager")
    return post(client, "reports:index", month=month, estate=str(house.estate.pk), language="en")


@act("reports:again")
def make_again(house: House) -> Any:
    from reports.models import ReportRun

    ask_for_report(house)
    run = ReportRun.objects.get()
    ReportRun.objects.update(state="failed")
    return post(signed_in(house, "manager"), "reports:again", run.pk)


# -- the registry ----------------------------------------------------------------------------------------------------------


@act("owners:import_upload")
def upload(house: House) -> Any:
    said = {"file": document(), "estate": "new", "estate_name": "Test Court", "estate_code": "TST", "calendar": ""}
    page = signed_in(house, "admin")
    form = page.get(reverse("owners:import_upload")).context["form"]
    said |= {"estate": form.fields["estate"].choices[-1][0], "calendar": form.fields["calendar"].choices[0][0]}
    said |= {"estate": house.estate.pk}
    return send(page, reverse("owners:import_upload"), said)


@act("owners:import_retry")
def upload_again(house: House) -> Any:
    row = uploaded(house, b"what,is,this\n1,2,3\n", "bad.csv")
    return post(signed_in(house, "admin"), "owners:import_retry", row.pk, file=document())


@act("owners:import_start")
def start(house: House) -> Any:
    row = uploaded(house, workbook(lakeside()))
    return post(signed_in(house, "admin"), "owners:import_start", row.pk)


@act("owners:import_undo")
def undo(house: House) -> Any:
    from tests.owners.making import imported

    row = imported(house, workbook(lakeside()), now=timezone.now())
    return post(signed_in(house, "admin"), "owners:import_undo", row.pk)


def newcomer(house: House) -> Person:
    from owners.models import Occupancy

    person = Person.objects.create(name="New Comer", email="new@example.net")
    Occupancy.objects.create(unit=house.unit, person=person, kind="lessee")
    return person


@act("registry:invite")
def invite(house: House) -> Any:
    return post(signed_in(house, "clerk"), "registry:invite", newcomer(house).pk)


@act("registry:invite_many")
def invite_many(house: House) -> Any:
    newcomer(house)
    return post(signed_in(house, "clerk"), "registry:invite_many", estate=house.estate.pk, building="")


@act("owners:join")
def join(house: House) -> Any:
    made = invite_person(person_id=newcomer(house).pk, actor=house.clerk, now=timezone.now())
    return post(Client(HTTP_HOST=house.host), "owners:join", made.token)


def locked_out(house: House) -> Any:
    Authenticator.objects.create(user=house.clerk.user, type="totp", data={})
    return house.clerk


def waiting(house: House) -> Any:
    return factor_resets.ask_for_reset(membership_id=locked_out(house).pk, actor=house.admin, now=timezone.now())


@act("registry:second_factor")
def ask_for_factor_reset(house: House) -> Any:
    return post(signed_in(house, "admin"), "registry:second_factor", locked_out(house).pk)


@act("registry:take_back_reset")
def take_back_reset(house: House) -> Any:
    return post(signed_in(house, "admin"), "registry:take_back_reset", waiting(house).membership_id)


@act("stop_factor_reset")
def stop_reset(house: House) -> Any:
    token = factor_resets.token_of(waiting(house))
    return post(Client(HTTP_HOST=house.host), "stop_factor_reset", token)


def asking(house: House) -> tuple[Any, Client]:
    user = User.objects.create_user("new@example.net", name="New Comer")
    claim = ask_for_unit(
        user=user, estate_id=house.estate.pk, unit_words="A-0101", relation="lessee", name="New Comer",
        phone="+442079460123", words="", now=timezone.now(),
    )  # fmt: skip
    client = Client(HTTP_HOST=house.host)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return claim, client


@act("owners:ask")
def ask(house: House) -> Any:
    said = {"estate": house.estate.pk, "unit_words": "A-0101", "relation": "lessee", "name": "Owner", "phone": ""}
    said["phone"] = "020 7946 0123"
    return send(signed_in(house, "owner"), reverse("owners:ask"), said)


@act("owners:withdraw")
def withdraw(house: House) -> Any:
    claim, client = asking(house)
    return post(client, "owners:withdraw", claim.pk)


@act("registry:approve")
def approve(house: House) -> Any:
    claim, _client = asking(house)
    return post(signed_in(house, "clerk"), "registry:approve", claim.pk, unit="A-0101", person="")


@act("registry:decline")
def decline(house: House) -> Any:
    claim, _client = asking(house)
    return post(signed_in(house, "clerk"), "registry:decline", claim.pk, reason="Not yours.")


# -- the administration ----------------------------------------------------------------------------------------------------

ADDED = {
    "complaints_category": {"code": "extra", "name_en": "Extra", "name_zh": "其他", "content_class": "services"},
    "complaints_servicelevel": {"kind": "answer", "priority": "p3", "amount": 2, "measure": "working_days", "estate": "FIRST"},
    "complaints_ladderstep": {"level": "quality", "percent": 100, "working_days_after": 3, "position": 4},
    "complaints_absence": {"membership": "FIRST", "from_on": "2026-01-01", "to_on": "2026-01-02"},
    "complaints_cannedreply": {"title": "Part", "body_en": "It comes, {name}.", "position": 3, "is_active": "on"},
    "complaints_checklist": {"title": "Lift", "steps": "Lock it off", "position": 3, "is_active": "on"},
    "complaints_maildoor": {"key": "a-key-of-sixteen-signs", "is_active": "on"},
    "complaints_place": {"estate": "FIRST", "name_en": "Lift 2", "name_zh": "2号电梯", "category": "FIRST", "is_active": "on"},
    "owners_estate": {"name": "New Court", "code": "NEW", "calendar": "FIRST", "is_active": "on"},
    "owners_building": {"estate": "FIRST", "code": "Z", "name": "Zed"},
    "owners_unit": {"estate": "FIRST", "code": "Z-1", "number": "1", "building": "FIRST", "kind": "flat", "exclusive_area": "50", "status": "let", "floor": 1},
    "owners_person": {"name": "Somebody", "kind": "person", "language": "en"},
    "tenancy_membership": {"email": "nora@example.org", "name": "Nora", "role": "engineer", "is_active": "on"},
    "notices_noticesettings": {"approval_over": 9},
    "notices_provider": {"code": "sms-files", "is_active": "on"},
    "notices_chainstep": {"kind": "ordinary", "position": 9, "channel": "sms", "after_minutes": 60},
    "notices_noticetemplate": {"code": "extra", "name_en": "Extra", "name_zh": "其他", "kind": "ordinary", "position": 99},
    "deadlines_servicecalendar": {"code": "second", "title": "Second", "time_zone": "Europe/London", "mon": "09:00-17:00"},
}  # fmt: skip


def form_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of a form of the administration."""
    said: dict[str, Any] = {}
    for form in [page.context["adminform"].form, *(inline.formset for inline in page.context["inline_admin_formsets"])]:
        for part in [form, *getattr(form, "forms", [])]:
            if hasattr(part, "management_form"):
                part = part.management_form
            said |= {
                field.html_name: value for field in part if (value := field.value()) is not None and value is not False
            }
    return {name: "on" if value is True else value for name, value in said.items()}


def add(house: House, model: str) -> Any:
    from complaints.models import LadderStep

    furnish(house)
    LadderStep.objects.filter(level="quality").delete()
    client = signed_in(house, "admin")
    page = client.get(reverse(f"admin:{model}_add"))
    fields = page.context["adminform"].form.fields
    given = {
        name: next(str(pk.value if hasattr(pk, "value") else pk) for pk, _l in fields[name].choices if pk)
        if value == "FIRST" else value
        for name, value in ADDED[model].items() if name in fields
    }  # fmt: skip
    return send(client, reverse(f"admin:{model}_add"), {**form_of(page), **given})


def newest(house: House, model: str) -> Any:
    from django.apps import apps

    return apps.get_model(*model.split("_")).objects.order_by("-pk").first()


def change(house: House, model: str) -> Any:
    furnish(house)
    said = {"email": "extra@example.net", "name": "Extra", "role": "clerk", "post": "", "all_estates": False}
    add_member(**said, actor=house.admin, now=timezone.now())
    client, row = signed_in(house, "admin"), newest(house, model)
    address = reverse(f"admin:{model}_change", args=[row.pk])
    return send(client, address, form_of(client.get(address)))


def delete(house: House, model: str) -> Any:
    add(house, model)
    client = signed_in(house, "admin")
    return send(client, reverse(f"admin:{model}_delete", args=[newest(house, model).pk]), {"post": "yes"})


def choose(house: House, model: str, action: str) -> Any:
    """An action of a list on its newest row."""
    client = signed_in(house, "admin")
    if model == "notices_delivery":
        filed(furnish(house), at=timezone.now())
        Delivery.objects.filter(channel="email").update(state="dead", attempts=1)
        row = Delivery.objects.filter(channel="email").first()
    elif model == "notices_suppression":
        row = Suppression.objects.create(
            channel="email", address="x@example.org", reason="bounced", created_at=timezone.now()
        )
    else:
        add(house, model)
        row = newest(house, model)
    if action == "switch_on":
        type(row).objects.filter(pk=row.pk).update(is_active=False)
    said = {
        "why": "It works again.",
        "sheet": "l7160",
        "language": "both",
        "action": action,
        "_selected_action": [str(row.pk)],
        "post": "yes",
    }
    return send(client, reverse(f"admin:{model}_changelist"), said)
