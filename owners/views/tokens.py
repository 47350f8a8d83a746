"""A member's API tokens: the list, a new one, its secret once, and its end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from owners.forms import TokenForm
from owners.services.tokens import make_token, revoke_token
from owners.views.entrance import member_of
from tenancy.errors import NotFound
from tenancy.queries import tokens_of
from tenancy.scopes import SCOPES
from tenancy.stepping_up import WRITES, recently_proven


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven(methods=WRITES)
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for a new one. Its secret is on the page that answers the press, and on no other."""
    member, now = member_of(request), timezone.now()
    if member is None:
        raise NotFound("no member of this organisation")
    form = TokenForm(request.POST or None, member=member)
    made = secret = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made, secret = make_token(name=said["name"], scopes=said["scopes"], days=said["days"], actor=member, now=now)
        form = TokenForm(member=member)
    rows: list[Any] = list(tokens_of(member)[:100])
    for row in rows:
        row.rights = [SCOPES[scope] for scope in row.scopes if scope in SCOPES]
        row.is_over = row.expires_at <= now
    context = {"form": form, "tokens": rows, "made": made, "secret": secret}
    return render(request, "owners/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
@recently_proven(methods=WRITES)
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    revoke_token(token_id=token_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("The token is revoked. Whatever used it is shut out from now on."))
    return redirect("api_tokens:list")
