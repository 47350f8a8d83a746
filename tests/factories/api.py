"""Programs that speak to the API for a member of a house."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from owners.services.tokens import make_token
from tenancy.models import Membership
from tenancy.scopes import SCOPES
from tests.factories.house import House

API = "/api/v1/"


class Program(Client):
    """A client with a token: addresses are below /api/v1/, bodies are JSON."""

    def __init__(self, host: str, secret: str) -> None:
        super().__init__(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Token {secret}")

    def read(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.get(API + path, query, headers=headers)

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(API + path, {} if body is None else body, content_type="application/json", headers=named)


def program(house: House, role: str, *, scopes: Iterable[str] = tuple(SCOPES), at: datetime | None = None) -> Program:
    return Program(house.host, secret_of(house.members[role], scopes=scopes, at=at))


def secret_of(member: Membership, *, scopes: Iterable[str] = tuple(SCOPES), at: datetime | None = None) -> str:
    _token, secret = make_token(name="Test", scopes=scopes, actor=member, now=at or timezone.now())
    return secret
