"""From loose parameters to a typed struct, with every problem named at once (R4.17-R4.22)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect

from openucwa.hyper.values import Date, External, Span
from openucwa.wire import dates, said, spans

T = TypeVar("T", bound=msgspec.Struct)

_LISTS = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType)
_MOST_FIELDS = 200
_PLAIN_QUERY = re.compile(r"[a-z]+=[A-Za-z0-9-]*(?:&[a-z]+=[A-Za-z0-9-]*){0,9}")
"""What our own links have; only a quicker way to the same result."""


class BadParameters(Exception):
    """Parameters that cannot be used: pairs of the wire name and what is wrong with it."""

    def __init__(self, parameters: tuple[tuple[str, str], ...]) -> None:
        super().__init__(parameters)
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class _Field:
    """How to read one field: ``choices`` maps folded enum values to their true spelling."""

    name: str
    wire: str
    type: Any
    required: bool
    many: bool
    choices: Mapping[str, Any] | None


def bind(kind: type[T], *sources: Mapping[str, Any]) -> T:
    """Build a struct from the sources; of a name given twice the earlier source wins.

    Names and enum values match in any case, unknown names are ignored, and None is the same
    as absent. Raises BadParameters that names every field which is missing or wrong.
    """
    table = _fields(kind)
    prepared: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            field = table.get(name.lower())
            if value is not None and field is not None and field.wire not in prepared:
                prepared[field.wire] = _prepared(field, value)
    try:
        built = msgspec.convert(prepared, kind, strict=False, dec_hook=_read)
    except msgspec.ValidationError:
        raise BadParameters(tuple(_problems(table, prepared))) from None
    for name in _numbers(kind):
        if _endless(getattr(built, name)):
            raise BadParameters(tuple(_problems(table, prepared)))
    return built


def _problems(
    table: Mapping[str, _Field], prepared: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield every field that is missing or wrong: the library names but the first."""
    for field in table.values():
        if field.wire in prepared:
            try:
                value = msgspec.convert(
                    prepared[field.wire], field.type, strict=False, dec_hook=_read
                )
            except msgspec.ValidationError as error:
                yield field.wire, _complaint(field, error)
            else:
                if _endless(value):
                    yield field.wire, "Expected a finite number."
        elif field.required:
            yield field.wire, "This parameter is required."


def query_source(query: str) -> dict[str, Any]:
    """Read a query string as a source for ``bind``; a name given twice has a tuple of values.

    A further ``?`` and the ``&amp;`` of copied documentation separate like ``&`` (15.8, R3.5).
    Raises BadParameters for more than 200 fields.
    """
    if _PLAIN_QUERY.fullmatch(query):
        source: dict[str, Any] = dict(pair.split("=") for pair in query.split("&"))
        if len(source) == query.count("&") + 1:
            return source
    query = query.replace("?", "&").replace("&amp;", "&")
    query = query.encode(errors="replace").decode()  # no lone surrogate gets any further
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadParameters((("query", f"At most {_MOST_FIELDS} are allowed."),)) from None
    source = {}
    folded: dict[str, str] = {}
    for name, value in pairs:
        key = folded.setdefault(name.lower(), name)
        source[key] = (*source[key], value) if key in source else (value,)
    return {key: values[0] if len(values) == 1 else values for key, values in source.items()}


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, _Field]:
    """Return the fields by folded wire name; there are as many kinds as declarations."""
    info = cast("inspect.StructType", inspect.type_info(kind))
    table = {}
    for field, declared in zip(info.fields, msgspec.structs.fields(kind), strict=True):
        shape = _shape(field.type)
        many = isinstance(shape, _LISTS)
        item = _shape(shape.item_type) if isinstance(shape, _LISTS) else shape
        table[field.encode_name.lower()] = _Field(
            name=field.name,
            wire=field.encode_name,
            type=declared.type,
            required=field.required,
            many=many,
            choices=_choices(item),
        )
    return table


@cache
def _numbers(kind: type[msgspec.Struct]) -> list[str]:
    """Return the names of the fields that may be floating-point numbers."""
    info = cast("inspect.StructType", inspect.type_info(kind))
    return [field.name for field in info.fields if _may_be_number(field.type)]


def _may_be_number(type_: inspect.Type) -> bool:
    if isinstance(type_, inspect.Metadata):
        return _may_be_number(type_.type)
    if isinstance(type_, inspect.UnionType):
        return any(map(_may_be_number, type_.types))
    return isinstance(type_, inspect.FloatType | inspect.AnyType | inspect.CustomType)


def _shape(type_: inspect.Type) -> inspect.Type:
    """Look through constraints on, and alternatives of None to, the type that matters."""
    while isinstance(type_, inspect.Metadata):
        type_ = type_.type
    if isinstance(type_, inspect.UnionType):
        return _shape(next(t for t in type_.types if not isinstance(t, inspect.NoneType)))
    return type_


def _choices(shape: inspect.Type) -> dict[str, Any] | None:
    if isinstance(shape, inspect.EnumType):
        values = [member.value for member in shape.cls]
    elif isinstance(shape, inspect.LiteralType):
        values = list(shape.values)
    else:
        return None
    return {str(value).lower(): value for value in values}


def _endless(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _prepared(field: _Field, value: Any) -> Any:
    """Return a value in the shape and the spelling that its field has."""
    if field.many and not isinstance(value, list | tuple):
        value = [value]  # a lone value for a list (R4.19)
    elif isinstance(value, tuple) and not field.many:
        value = value[-1]  # a query that repeats a name: the last one counts (R3.4)
    if field.choices is not None:
        if field.many:
            value = [_fold(field.choices, item) for item in value]
        else:
            value = _fold(field.choices, value)
    return value


def _fold(choices: Mapping[str, Any], value: Any) -> Any:
    return choices.get(value.lower(), value) if isinstance(value, str) else value


def _read(kind: type, value: object) -> object:
    if kind is Date:
        return dates.parse(value)
    if kind is Span:
        return Span(spans.seconds(value))
    if kind is External:
        if not isinstance(value, str):
            raise ValueError("Expected a text or a data URI")
        return External(said.of(str(value)))
    raise NotImplementedError(f"{kind.__name__} is no parameter type")


def _complaint(field: _Field, error: msgspec.ValidationError) -> str:
    """Say what is allowed, in a sentence."""
    if field.choices is not None:
        return f"Must be one of {', '.join(map(str, field.choices.values()))}."
    return str(error).replace("`", "").partition(" - at $")[0] + "."
