"""The API described: as an OpenAPI document, and as a page made from it. Neither holds data; both are open to all."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenancy.api.problems import MEDIA_TYPE as PROBLEM
from tenancy.api.problems import NOT_FOUND, TITLES, Problem
from tenancy.scopes import SCOPES


@lru_cache(maxsize=4)
def _schema_in(language: str) -> dict[str, Any]:
    with translation.override(language):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return found


def schema() -> dict[str, Any]:
    """The OpenAPI document in the language in force; made once a process, as it follows from the code alone."""
    return _schema_in(translation.get_language() or "en")


class Schema(APIView):
    authentication_classes: ClassVar[list[Any]] = []
    permission_classes: ClassVar[list[Any]] = []
    renderer_classes: ClassVar = [OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(schema(), headers={"Cache-Control": "public, max-age=300"})


@csrf_exempt
def nothing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Below the API's address even "not found" is a problem document."""
    from rest_framework.renderers import JSONRenderer

    body = JSONRenderer().render(Problem(404, NOT_FOUND).body())
    return HttpResponse(body, status=404, content_type=PROBLEM, headers={"Cache-Control": "no-store"})


# -- the page --------------------------------------------------------------------------------------------------------

# Headers are the same for all and said once, at the top.
METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page: plain HTML, so that the page's policy need not allow anything."""
    document = schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                groups.setdefault(item[method]["tags"][0], []).append(_operation(path, method, item[method]))
    components = document["components"]["schemas"]
    context = {
        "groups": groups,
        "shapes": [{"name": name, **_shape(shape)} for name, shape in sorted(components.items())],
        "problems": TITLES.items(),
        "scopes": SCOPES.items(),
        "version": document["info"]["version"],
    }
    return render(request, "propcomm/api_docs.html", context)


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    media, body = _first(operation.get("requestBody", {}))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_parameter(each) for each in operation.get("parameters", []) if each["in"] != "header"],
        "body_type": media,
        "body": _type_of(body.get("schema", {})) if media else {},
        "answers": [_answer(code, each) for code, each in operation["responses"].items() if code != "default"],
    }


def _first(described: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The first type of content, and what is said of it."""
    contents: dict[str, dict[str, Any]] = described.get("content") or {"": {}}
    return next(iter(contents.items()))


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    said = {key: parameter.get(key, "") for key in ("name", "in", "required")}
    shape = parameter.get("schema", {})
    words = _own_words(parameter)
    return {**said, "description": words, "type": _type_of(shape), "values": shape.get("enum", ())}


def _answer(code: str, answer: dict[str, Any]) -> dict[str, Any]:
    media, content = _first(answer)
    return {"code": code, "media": media, "type": _type_of(content.get("schema", {})) if media else {}}


def _shape(shape: dict[str, Any]) -> dict[str, Any]:
    required = set(shape.get("required", ()))
    fields = [
        {
            "name": name,
            "required": name in required,
            "type": _type_of(field),
            "description": _own_words(field),
        }
        for name, field in shape.get("properties", {}).items()
    ]
    return {"description": _own_words(shape), "fields": fields, "values": shape.get("enum", ())}


def _own_words(shape: dict[str, Any]) -> str:
    """What is said of it, without the list of values that the schema repeats there."""
    lines: Iterable[str] = str(shape.get("description", "")).splitlines()
    return " ".join(line for line in lines if line and not line.startswith("* `"))


def _type_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The name of a type, and the shape it links to when it has one of its own."""
    for one_of in ("allOf", "oneOf", "anyOf"):
        if one_of in schema:
            found = [_type_of(each) for each in schema[one_of]]
            return next((each for each in found if each["link"]), found[0])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return {"words": name, "link": name}
    if schema.get("type") == "array":
        inner = _type_of(schema.get("items", {}))
        return {"words": f"{inner['words']}[]", "link": inner["link"]}
    return {"words": schema.get("format") or schema.get("type") or "JSON", "link": ""}
