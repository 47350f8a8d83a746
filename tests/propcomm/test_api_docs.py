"""The API's description: complete, without data, and the same API in both languages."""

import json
import re

import pytest
from django.test import Client
from django.urls import get_resolver

from propcomm.api_docs import schema
from tenancy.api.endpoints import Endpoint
from tests.complaints.pages import text
from tests.factories.api import API


def routes() -> list:
    below = next(each for each in get_resolver("propcomm.urls").url_patterns if str(each.pattern) == "api/v1/")
    return below.url_patterns


def test_every_endpoint_is_described_and_names_the_right_it_needs():
    document = schema()
    described = {path.removeprefix(API).replace("{", "<").replace("}", ">") for path in document["paths"]}
    endpoints = [each for each in routes() if issubclass(getattr(each.callback, "view_class", object), Endpoint)]
    assert {re.sub(r"<\w+:", "<", str(each.pattern)) for each in endpoints} == described
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], path
            assert "default" in operation["responses"]
            is_file = "application/json" not in operation["responses"].get("200", {}).get("content", {})
            needs = {"Idempotency-Key"} if method in ("post", "delete") else set() if is_file else {"If-None-Match"}
            assert needs <= {each["name"] for each in operation["parameters"]}
            if path != f"{API}me/":
                assert "A token needs the right" in operation["description"], path


def test_the_schema_and_its_page_are_open_and_hold_no_data(house):
    client = Client(HTTP_HOST=house.host)
    answer = client.get(f"{API}schema/")
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"].startswith("3.")
    page = client.get(f"{API}docs/")
    assert page.status_code == 200
    assert "complaints/&lt;" not in text(page)
    assert 'id="complaints_accept"' in text(page)
    assert 'href="#shape-Complaint"' in text(page)


@pytest.mark.parametrize("path", ["schema/", "docs/"])
def test_the_description_is_in_the_readers_language(house, path):
    client = Client(HTTP_HOST=house.host)
    client.cookies["language"] = "zh-hans"
    said = client.get(f"{API}{path}").content.decode()
    assert "投诉" in said
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", said, flags=re.S)
    for english in ("A token needs", "Complaints, the", "How it is used", "Only for staff", "Not allowed"):
        assert english not in visible
