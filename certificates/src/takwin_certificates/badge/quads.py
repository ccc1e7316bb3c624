"""The canonical form of credentials of ours without a JSON-LD processor: the same bytes, many times faster, for whole cohorts.

It knows as much of JSON-LD as our credentials use: terms and types of the contexts kept here, plain texts, whole numbers, true and
false, lists as sets, and nameless things that differ at first sight (RDFC-1.0 §4.6 orders them by one hash each). Anything else is
`OutsideShape`, for the processor to do. A property test holds both equal.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from takwin_certificates.badge import canonical
from takwin_certificates.badge.contexts import known
from takwin_certificates.badge.guards import is_absolute, refuse_unusual

_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"'})
_KEYWORDS: Final = frozenset({"@context", "@protected"})
_ASSERTS: Final = "<https://w3id.org/security#assertionMethod>"


class OutsideShape(Exception):
    """A document has something that only a JSON-LD processor can do."""


@dataclass(frozen=True, slots=True)
class _Term:
    """What a context says of one word."""

    iri: str
    kind: str
    """`@id` for an address, the address of a datatype, or nothing for a text as it is."""


@dataclass(frozen=True, slots=True)
class _Quad:
    """One statement; a number stands for a nameless thing."""

    subject: str | int
    predicate: str
    object: str | int

    def line(self, label: Mapping[int, str]) -> str:
        subject = label[self.subject] if isinstance(self.subject, int) else self.subject
        object_ = label[self.object] if isinstance(self.object, int) else self.object
        return f"{subject} {self.predicate} {object_} .\n"


def canonical_form(document: Mapping[str, Any]) -> bytes:
    """Return the canonical N-Quads of a document without proof, by `fast_form` if it can, else by the JSON-LD processor."""
    try:
        return fast_form(document)
    except OutsideShape:
        return canonical.canonical_form(document)


def fast_form(document: Mapping[str, Any]) -> bytes:
    """Return the canonical N-Quads of a document without proof; raises `OutsideShape` for what is not of our shape.

    Refuses what `canonical.canonical_form` refuses before it starts: other contexts, sizes, null, empty lists.
    """
    refuse_unusual(document)
    named = document["@context"]
    contexts = (named,) if isinstance(named, str) else tuple(named)
    writer = _Writer(contexts)
    writer.node({name: value for name, value in document.items() if name != "@context"})
    return "".join(sorted({quad.line(labels) for labels in [writer.labels()] for quad in writer.quads})).encode()


class _Writer:
    """Statements of one document, as they are found."""

    def __init__(self, contexts: tuple[str, ...]) -> None:
        self.contexts = contexts
        self.quads: list[_Quad] = []
        self._numbers = count()

    def node(self, value: Mapping[str, Any]) -> str | int:
        """Write all that is said of one thing, and return its name or number."""
        types = value.get("type", [])
        names = tuple(types) if isinstance(types, list) else (types,)
        terms = _terms(self.contexts, names)
        subject = _address(value["id"]) if "id" in value else next(self._numbers)
        for each in names:
            self.quads.append(_Quad(subject, _TYPE, _address(_term(terms, each).iri)))
        for name, values in value.items():
            if name not in ("id", "type"):
                term = _term(terms, name)
                predicate = _address(term.iri)
                for each in values if isinstance(values, list) else [values]:
                    self.quads.append(_Quad(subject, predicate, self._object(each, term)))
        return subject

    def labels(self) -> dict[int, str]:
        """Name the nameless by the order of the hash of what is said of each."""
        about: dict[int, list[_Quad]] = {}
        for quad in dict.fromkeys(self.quads):
            for each in {quad.subject, quad.object}:
                if isinstance(each, int):
                    about.setdefault(each, []).append(quad)
        hashes = {number: _hash(number, quads) for number, quads in about.items()}
        if len(set(hashes.values())) < len(hashes):
            raise OutsideShape("nameless things that are alike")
        return {number: f"_:c14n{place}" for place, number in enumerate(sorted(hashes, key=hashes.__getitem__))}

    def _object(self, value: object, term: _Term) -> str | int:
        if isinstance(value, Mapping):
            return self.node(value)
        if term.kind == "@vocab":
            if value == "assertionMethod":
                return _ASSERTS
            raise OutsideShape(f"a word of a vocabulary: {value!r}")
        if term.kind == "@id":
            return _address(value)
        return _literal(value, term.kind)


def _hash(number: int, quads: list[_Quad]) -> str:
    """Return the first-degree hash of a nameless thing (RDFC-1.0 §4.6.3)."""
    labels = {each: "_:z" for quad in quads for each in (quad.subject, quad.object) if isinstance(each, int)}
    labels[number] = "_:a"
    return hashlib.sha256("".join(sorted(quad.line(labels) for quad in quads)).encode()).hexdigest()


def _literal(value: object, kind: str) -> str:
    if isinstance(value, bool):
        text, plain = "true" if value else "false", _XSD + "boolean"
    elif isinstance(value, int):
        text, plain = str(value), _XSD + "integer"
    elif isinstance(value, str):
        text, plain = value.translate(_ESCAPES), ""
    else:
        raise OutsideShape(f"a value of type {type(value).__name__}")
    datatype = kind or plain
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def _address(value: object) -> str:
    if not is_absolute(value):
        raise OutsideShape(f"not an absolute address: {str(value)[:100]}")
    return f"<{value}>"


def _term(terms: Mapping[str, _Term], name: str) -> _Term:
    term = terms.get(name)
    if term is None:
        raise OutsideShape(f"a word of no context: {str(name)[:100]}")
    return term


@functools.lru_cache(maxsize=256)
def _terms(contexts: tuple[str, ...], types: tuple[str, ...]) -> Mapping[str, _Term]:
    """Return what words mean in a thing of these types; what a type says holds in that thing only (JSON-LD 1.1, type-scoped contexts)."""
    everywhere: dict[str, Any] = {}
    for each in contexts:
        everywhere |= known()[each]["@context"]
    words = dict(everywhere)
    for each in sorted(types):
        meaning = everywhere.get(each)
        words |= meaning.get("@context", {}) if isinstance(meaning, Mapping) else {}
    return {name: term for name in words if name not in _KEYWORDS and (term := _meaning(words, name)) is not None}


def _meaning(words: Mapping[str, Any], name: str) -> _Term | None:
    """Return the meaning of one word, or None where it needs more of JSON-LD than is done here."""
    meaning = words[name]
    if isinstance(meaning, str):
        return _Term(words[meaning]["@id"], "") if meaning in words and isinstance(words[meaning], Mapping) else _Term(meaning, "")
    if meaning.get("@container", "@set") != "@set" or meaning.get("@type") == "@json" or "@id" not in meaning:
        return None
    iri = meaning["@id"]
    return _Term(words[iri]["@id"] if iri in words and isinstance(words[iri], Mapping) else iri, meaning.get("@type", ""))
