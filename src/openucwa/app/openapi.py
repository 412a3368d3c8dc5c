"""The API as an OpenAPI 3.1 document, made from the declarations.

It describes what is emitted: aliases of paths work, but are not listed. JSON has schemas; XML
says the same in elements.
"""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import msgspec

from openucwa.app.grants import OFFERED, PATH
from openucwa.hyper.catalogue import APPLICATIONS, Catalogue
from openucwa.hyper.declare import Embed, Operation, Raw, Result, Scope, Spec, Started
from openucwa.hyper.values import Date, External, Span
from openucwa.resources.batch import Together
from openucwa.resources.events import Poll
from openucwa.wire.errors import ERRORS

Tree = dict[str, Any]

_STRING: Tree = {"type": "string"}
_VALUES: dict[type, Tree] = {
    Date: _STRING | {"description": "A moment: /Date(milliseconds since 1970)/."},
    Span: _STRING | {"description": "A length of time: minutes, hh:mm:ss or ISO 8601."},
    External: _STRING | {"description": "A text, or a data URI that carries one."},
}


def document(catalogue: Catalogue, version: str) -> Tree:
    """Return the description of every operation in the catalogue, and of signing in."""
    schemas = _Schemas(catalogue)
    own = [spec for spec in catalogue if spec.operations and not spec.answered_by]
    paths = {path_of(spec): _path(spec, schemas) for spec in own}
    return {
        "openapi": "3.1.0",
        "info": {"title": "OpenUCWA", "version": version},
        "paths": paths | {PATH: {"post": _SIGN_IN}},
        "components": {
            "schemas": schemas.components | _SHARED,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def path_of(spec: Spec) -> str:
    """Return the whole path of a resource, with its parameters in braces."""
    below = f"{APPLICATIONS}/{{application}}/{spec.at}".removesuffix("/")
    return spec.at if spec.at.startswith("/") else below


class _Schemas:
    """A reference to the schema of each struct that is given or shown."""

    def __init__(self, catalogue: Catalogue) -> None:
        operations = [one for spec in catalogue for one in spec.operations.values()]
        outcomes = {_outcome(one) for one in operations}
        embedded = {one.rel for spec in catalogue for one in spec.links if isinstance(one, Embed)}
        shown = [spec for spec in catalogue if spec.cls in outcomes or spec.rel in embedded]
        given = dict.fromkeys(one.given for one in operations if one.given)
        kinds = [*(spec.cls for spec in shown), *given]
        self.components: dict[str, Tree]
        refs, self.components = msgspec.json.schema_components(
            kinds, schema_hook=_VALUES.__getitem__, ref_template=_ref("{name}")["$ref"]
        )
        self._refs = dict(zip(kinds, refs, strict=True))
        for kind in given:
            fields = self.schema(kind)["properties"]
            fields.update({name: _without_null(schema) for name, schema in fields.items()})
        for spec in shown:
            self._hypermedia(spec, catalogue)

    def __getitem__(self, kind: Any) -> Tree:
        """Return the reference to a struct's schema, or to one that fits every resource."""
        return self._refs.get(kind) or _ref(_NAMES.get(kind, "Resource"))

    def schema(self, kind: Any) -> Tree:
        """Return a struct's schema itself."""
        name: str = self[kind]["$ref"].rpartition("/")[2]
        return self.components[name]

    def _hypermedia(self, spec: Spec, catalogue: Catalogue) -> None:
        """Put links and embedded resources in the place of what the renderer takes them from."""
        embeds = [link for link in spec.links if isinstance(link, Embed)]
        links = {
            one.rel: _list(_ref("Link")) if one.many else _ref("Link")
            for one in spec.links
            if not isinstance(one, Embed)
        }
        carried = [one.encode_name for one in spec.properties if External in get_args(one.type)]
        links |= dict.fromkeys(carried, _ref("Link"))
        embedded = {one.rel: self[catalogue[one.rel].cls] for one in embeds}
        many = {one.rel: _list(embedded[one.rel]) for one in embeds if one.many}
        schema = self.schema(spec.cls)
        other = spec.answered_by
        rel = {"enum": [spec.rel, other]} if other else {"const": spec.rel}
        schema["properties"] = {
            **{
                name: one
                for name, one in schema["properties"].items()
                if name[0] != "_" and name not in carried
            },
            "_links": _object(["self"], {"self": _ref("Link"), **links}),
            **({"_embedded": _object([], embedded | many)} if embedded else {}),
            "rel": rel,
            **({"etag": _STRING} if spec.etag else {}),
        }
        schema["required"] += ["_links", "rel", *(["etag"] if spec.etag else [])]


def _path(spec: Spec, schemas: _Schemas) -> Tree:
    names = [part[1:-1] for part in path_of(spec).split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _STRING} for name in names
    ]
    shown = {one.method.lower(): _operation(spec, one, schemas) for one in spec.operations.values()}
    return {"parameters": parameters, **shown}


def _operation(spec: Spec, operation: Operation, schemas: _Schemas) -> Tree:
    text = (operation.call.__doc__ or spec.cls.__doc__ or "").partition("\n")[0]
    shown: Tree = {
        "operationId": f"{spec.rel}.{operation.method.lower()}",
        "summary": text,
        "tags": [spec.cls.__module__.rpartition(".")[2]],
        "parameters": [],
        "x-ucwa-revision": spec.revision,
        "x-ucwa-scopes": list(spec.scopes),
        "responses": _answers(spec, operation, schemas) | _refusals(spec, operation),
    }
    if spec.public:
        shown["security"] = []
    if operation.method == "PUT" and not operation.raw:
        shown["parameters"] = [_parameter("If-Match", _STRING, place="header", required=True)]
    if operation.given and operation.method == "GET":
        given = schemas.schema(operation.given)
        shown["parameters"] = [
            _parameter(name, schema, place="query", required=name in given["required"])
            for name, schema in given["properties"].items()
        ]
    elif operation.raw:
        shown["requestBody"] = {"content": {"image/*" if spec.image else "*/*": {}}}
    elif operation.says:
        shown["requestBody"] = {"content": {"text/plain": {}, "text/html": {}}}
    elif operation.given:
        shown["requestBody"] = {"content": _content(schemas[operation.given])}
    return shown


def _answers(spec: Spec, operation: Operation, schemas: _Schemas) -> Tree:
    """Describe what an operation answers when it succeeds."""
    outcome = _outcome(operation)
    shown: Tree = {"description": "Done."}
    if outcome is Raw:
        shown["content"] = {"image/jpeg" if spec.image else "*/*": {}}
    elif outcome is Together:
        shown["content"] = {"multipart/batching": {}}
    elif outcome is Started:
        shown["headers"] = {"Location": {"schema": _STRING}}
    elif outcome is not type(None):
        shown["content"] = _content(schemas[outcome])
    answers = {"2XX" if outcome is Result else str(operation.status): shown}
    if (spec.etag or spec.image) and operation.method == "GET":
        answers["304"] = {"description": "Not changed."}
    return answers


def _refusals(spec: Spec, operation: Operation) -> Tree:
    """Describe the refusals that follow from a declaration; any other one is a reason too."""
    names = [condition.refusal for condition in spec.requires]
    if operation.given:
        names.append("ParameterValidationFailure")
    if spec.scopes:
        names.append("Forbidden")
    if not spec.at.startswith("/"):
        names.append("ApplicationNotFound")
    if "{" in spec.at:
        names.append("NotFound")
    if operation.method == "PUT" and not operation.raw:
        names += ["PreconditionRequired", "PreconditionFailed"]
    texts: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        texts.setdefault(str(ERRORS[name].status), []).append(f"{name}: {ERRORS[name].message}")
    reason = _content(_ref("Reason"))
    shown: Tree = {
        status: {"description": "\n".join(lines), "content": reason}
        for status, lines in sorted(texts.items())
    }
    if not spec.public:
        shown["401"] = {"description": "WWW-Authenticate tells where to get a token."}
    return shown | {"default": {"description": "Another refusal.", "content": reason}}


def _outcome(operation: Operation) -> Any:
    return get_type_hints(operation.call)["return"]


def _parameter(name: str, schema: Tree, *, place: str, required: bool) -> Tree:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _content(schema: Tree) -> Tree:
    return {"application/json": {"schema": schema}, "application/xml": {}}


def _without_null(schema: Tree) -> Tree:
    """Leave out that None means absent (R4.21)."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def _object(required: list[str], properties: Tree) -> Tree:
    return {"type": "object", "properties": properties, "required": required}


def _list(items: Tree) -> Tree:
    return {"type": "array", "items": items}


def _ref(name: str) -> Tree:
    return {"$ref": f"#/components/schemas/{name}"}


def _strings(*names: str, **more: Tree) -> Tree:
    """Return an object of strings and more, all of them required."""
    properties = dict.fromkeys(names, _STRING) | more
    return _object(list(properties), properties)


_NAMES = {Poll: "Package"}
_LINKS = _object(["self"], {"self": _ref("Link")}) | {
    "additionalProperties": {"anyOf": [_ref("Link"), _list(_ref("Link"))]}
}
_EVENT = _strings("type", link=_strings("rel", "href"))
_SHARED: Tree = {
    "Link": _object(["href"], {"href": _STRING, "revision": _STRING}),
    "Resource": _strings("rel", _links=_LINKS),
    "Package": _strings(
        _links=_LINKS,
        sender=_list(_strings("rel", "href", events=_list(_EVENT))),
    ),
    "Reason": _object(
        ["code"],
        {
            "code": _STRING,
            "subcode": _STRING,
            "message": _STRING,
            "parameters": _list(_strings("name", "reason")),
        },
    ),
}
_SIGN_IN: Tree = {
    "operationId": "oauthtoken.post",
    "summary": "Get a token for a password.",
    "tags": ["tokens"],
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": _object(
                    ["grant_type", "username", "password"],
                    {
                        "grant_type": {"enum": list(OFFERED)},
                        "username": _STRING,
                        "password": _STRING,
                        "scope": _STRING | {"description": f"All, or some of {', '.join(Scope)}."},
                    },
                )
            }
        },
    },
    "responses": {
        "200": {
            "description": "The token; it lasts for expires_in seconds.",
            "content": {
                "application/json": {
                    "schema": _strings(
                        "access_token",
                        "ms_rtc_identityscope",
                        "token_type",
                        expires_in={"type": "integer"},
                    )
                }
            },
        },
        "400": {
            "description": "No token, and why.",
            "content": {"application/json": {"schema": _strings("error", "error_description")}},
        },
    },
}
