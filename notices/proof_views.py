"""The proof of a notice's reach: asked for, watched while it is made, fetched by who asked."""

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from audit.services import record
from notices import proof_queries
from notices.models import ProofPack
from notices.paper.pdf import PARTS_MISSING
from notices.reach_views import notice_of
from notices.services import proving
from owners.views.entrance import member_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import recently_proven

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


def may_prove(actor: Membership | None) -> bool:
    return can(actor, "notice.prove")


@require_POST
@staff_only(may_prove)
def ask(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Have it made in the language of the page, or of the one chosen."""
    notice, member = notice_of(request, notice_id, "notice.prove"), member_of(request)
    if member is None:
        raise NotFound("no member of this organisation")
    language = request.POST.get("language") or get_language() or "en"
    pack = proving.request_proof(notice_id=notice.pk, language=language, actor=member, now=timezone.now())
    return redirect("notices:proof", pack.pk)


def _pack(request: HttpRequest, pack_id: UUID) -> ProofPack:
    """Unknown and somebody else's look the same."""
    pack = proof_queries.proofs_of(member_of(request)).filter(pk=pack_id).first()
    if pack is None:
        raise NotFound("no such proof")
    return pack


@require_safe
@staff_only(may_prove)
def proof(request: HttpRequest, pack_id: UUID) -> HttpResponse:
    """How far it is, asked again every second; then the way to the file."""
    pack = _pack(request, pack_id)
    polled = bool(request.htmx and request.htmx.target == "making")  # type: ignore[attr-defined]
    context = {"pack": pack, "notice": pack.notice, "lacks_parts": pack.error == PARTS_MISSING}
    response = render(request, "notices/_proof.html" if polled else "notices/proof.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
@staff_only(may_prove)
@recently_proven(back="notices:proof")
def fetch(request: HttpRequest, pack_id: UUID) -> HttpResponseBase:
    """The file. That it left the house is an audit entry."""
    pack, storage = _pack(request, pack_id), storages[proving.STORAGE]
    if pack.state != ProofPack.State.DONE or not storage.exists(pack.pdf_name):
        raise NotFound("no such file")
    member = member_of(request)
    record(
        action="notice.proof_fetched", subject=pack.notice, actor=member, now=timezone.now(), label=pack.notice.number
    )
    response = FileResponse(storage.open(pack.pdf_name), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{pack.notice.number or pack.pk}.pdf"'
    for name, value in HEADERS.items():
        response[name] = value
    return response
