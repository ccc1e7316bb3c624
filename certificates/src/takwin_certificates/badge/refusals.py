"""Why a credential of the open standards is refused: one name for each reason, so that a reader is told the right thing."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Everything for which a credential, a proof, a JWT or a baked picture is refused."""

    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    BLANK_NODES = "blank_nodes"
    """So many things without a name, one in another, that putting them in order could take for ever."""
    CONTEXT_UNKNOWN = "context_unknown"
    CONTEXT_REDEFINED = "context_redefined"
    """The document brings its own meaning of words."""
    KEYWORD = "keyword"
    """A word of JSON-LD itself where only words of the contexts may stand."""
    UNDEFINED_TERM = "undefined_term"
    """A word that no context knows: the signature would not cover it."""
    UNSIGNED = "unsigned"
    """A part that vanishes before signing: null, an empty list, a list in a list."""
    RELATIVE_IRI = "relative_iri"
    NOT_CANONICAL = "not_canonical"
    NO_PROOF = "no_proof"
    PROOF_SHAPE = "proof_shape"
    CRYPTOSUITE = "cryptosuite"
    PROOF_PURPOSE = "proof_purpose"
    KEY_UNKNOWN = "key_unknown"
    KEY_PURPOSE = "key_purpose"
    FOREIGN_ISSUER = "foreign_issuer"
    """The key does not belong to the issuer that the credential names."""
    SIGNATURE = "signature"
    TYPE = "type"
    """Not an Open Badge credential of one achievement."""
    FIRST_SCHEMA = "first_schema"
    NO_RECORD = "no_record"
    """No certificate of ours is inside."""
    RECORD_DIFFERS = "record_differs"
    """What is shown is not what the record inside says."""
    JWT_SHAPE = "jwt_shape"
    JWT_HEADER = "jwt_header"
    JWT_ALGORITHM = "jwt_algorithm"
    JWT_KEY_BROUGHT = "jwt_key_brought"
    """The token brings the key that it wants to be checked with, or an address of one."""
    JWT_CLAIMS = "jwt_claims"
    PICTURE = "picture"
    """Not a readable PNG or SVG."""
    NOTHING_BAKED = "nothing_baked"
    BAKED_TWICE = "baked_twice"


class CredentialRefused(ValueError):
    """A credential is refused; `reason` is the name of it, the text says where, in English."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
