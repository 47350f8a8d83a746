"""People, contracts, certificates and evaluations of a party: a form each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attachments.queries import of_subject
from contacts.forms import CertificateForm, ContractForm, EvaluationForm, PersonForm
from contacts.models import Certificate, ContactPerson, Contract, OutsideParty
from contacts.services import agreements, directory, documents
from contacts.views.doors import contract_writers, evaluators, region_of, seen, writers
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotFound

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _answer(
    request: HttpRequest, party: OutsideParty, form: Any, save: Callable[[], Any], **shown: Any
) -> HttpResponse:
    """The form, or, when it was sent and is good, what it asks for done and the party's page."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as refusal:
            if refusal.code != "period":
                raise
            form.add_error("from_on", str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("contacts:party", party.pk)
    context = {"form": form, "party": party, **shown}
    return render(request, "contacts/part.html", context, status=422 if request.method == "POST" else 200)


def _opened(request: HttpRequest, model: Any, row_id: UUID, action: str) -> tuple[OutsideParty, Any]:
    """The row and its party, for who may change it. Raises NotFound, NotAllowed."""
    row = model.objects.filter(pk=row_id).first()
    if row is None:
        raise NotFound("no such row")
    row.party = _party(request, row.party_id, action)
    return row.party, row


def _party(request: HttpRequest, party_id: UUID, action: str) -> OutsideParty:
    party = seen(request, party_id)
    directory.must_change(party, action, actor_of(request))
    return party


# -- people ----------------------------------------------------------------------------------------------------------


@form_page
@writers
@never_cache
def person_new(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _party(request, party_id, "contact.write")
    form, now = PersonForm(request.POST or None, region=region_of(request)), timezone.now()
    return _answer(
        request, party, form, title=_("Somebody to speak to"),
        save=lambda: directory.add_person(party_id=party.pk, facts=form.facts(), actor=actor_of(request), now=now),
    )  # fmt: skip


@form_page
@writers
@never_cache
def person_edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    party, row = _opened(request, ContactPerson, person_id, "contact.write")
    form = PersonForm(request.POST or None, instance=row, region=region_of(request))
    now = timezone.now()
    return _answer(
        request, party, form, title=_("Somebody to speak to"), leaves=row,
        save=lambda: directory.change_person(person_id=person_id, facts=form.facts(), actor=actor_of(request), now=now),
    )  # fmt: skip


@require_POST
@writers
def person_remove(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody left: everything known of them is deleted."""
    party = directory.remove_person(person_id=person_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Deleted: nothing is kept of this person."))
    return redirect("contacts:party", party.pk)


# -- contracts, certificates, evaluations ------------------------------------------------------------------------------


@form_page
@contract_writers
@never_cache
def contract_new(request: HttpRequest, party_id: UUID) -> HttpResponse:
    return _contract(request, _party(request, party_id, "contract.write"), None)


@form_page
@contract_writers
@never_cache
def contract_edit(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    return _contract(request, *_opened(request, Contract, contract_id, "contract.write"))


def _contract(request: HttpRequest, party: OutsideParty, row: Contract | None) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    form = ContractForm(
        request.POST or None, request.FILES or None, instance=row, actor=actor, now=now,
        subject=(agreements.DOCUMENTS_OF, row.pk) if row else None,
    )  # fmt: skip

    def save() -> None:
        agreements.save_contract(
            party_id=party.pk, facts=form.facts(), files=form.cleaned_data["documents"],
            contract_id=row.pk if row else None, actor=actor, now=now,
        )  # fmt: skip

    files = list(of_subject(agreements.DOCUMENTS_OF, row.pk)) if row else []
    return _answer(request, party, form, save, title=_("Contract"), documents=files, contract=row)


@require_POST
@contract_writers
def contract_file_remove(request: HttpRequest, contract_id: UUID, file_id: UUID) -> HttpResponse:
    """A document that does not belong to the contract goes."""
    documents.remove_document(contract_id=contract_id, file_id=file_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("The document is deleted."))
    return redirect("contacts:contract_edit", contract_id)


@form_page
@writers
@never_cache
def certificate_new(request: HttpRequest, party_id: UUID) -> HttpResponse:
    return _certificate(request, _party(request, party_id, "contact.write"), None)


@form_page
@writers
@never_cache
def certificate_edit(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    return _certificate(request, *_opened(request, Certificate, certificate_id, "contact.write"))


def _certificate(request: HttpRequest, party: OutsideParty, row: Certificate | None) -> HttpResponse:
    form, now = CertificateForm(request.POST or None, instance=row), timezone.now()

    def save() -> None:
        agreements.save_certificate(
            party_id=party.pk, facts=form.facts(), certificate_id=row.pk if row else None, actor=actor_of(request),
            now=now,
        )  # fmt: skip

    return _answer(request, party, form, save, title=_("Licence or insurance"))


@form_page
@evaluators
@never_cache
def evaluate(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _party(request, party_id, "contact.evaluate")
    form, now = EvaluationForm(request.POST or None), timezone.now()
    return _answer(
        request, party, form, title=_("How did they do?"),
        save=lambda: agreements.evaluate(party_id=party.pk, facts=form.facts(), actor=actor_of(request), now=now),
    )  # fmt: skip
