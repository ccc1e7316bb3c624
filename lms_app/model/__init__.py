"""What Takwin remembers: every table, one module a subject. Import this package to know them all."""

from lms_app.model.authoring import (
    AuthorPresence,
    Invitation,
    PlannedPublication,
    TranslationSource,
    TrialState,
    WorkingCopy,
)
from lms_app.model.content import Node, Outline, Revision
from lms_app.model.courses import Cohort, Course, Enrolment
from lms_app.model.credentials import (
    Attainment,
    Credential,
    CredentialEntry,
    CredentialFile,
    CredentialSeries,
    CredentialShare,
    LegacyCredential,
    PrintBatch,
    Programme,
    StatusList,
    StatusRequest,
)
from lms_app.model.follow_up import Measurement, Reminder
from lms_app.model.grades import Completion, CourseGrade, Score
from lms_app.model.outbox import Outbox
from lms_app.model.people import AuditEntry, Person, RecoveryCode, RoleGrant, SignIn
from lms_app.model.state import BlockState, PersonState, SharedState
from lms_app.model.work import BlockFile, BlockRecord, Extension

__all__ = [
    "Attainment",
    "AuditEntry",
    "AuthorPresence",
    "BlockFile",
    "BlockRecord",
    "BlockState",
    "Cohort",
    "Completion",
    "Course",
    "CourseGrade",
    "Credential",
    "CredentialEntry",
    "CredentialFile",
    "CredentialSeries",
    "CredentialShare",
    "Enrolment",
    "Extension",
    "Invitation",
    "LegacyCredential",
    "Measurement",
    "Node",
    "Outbox",
    "Outline",
    "Person",
    "PersonState",
    "PlannedPublication",
    "PrintBatch",
    "Programme",
    "RecoveryCode",
    "Reminder",
    "Revision",
    "RoleGrant",
    "Score",
    "SharedState",
    "SignIn",
    "StatusList",
    "StatusRequest",
    "TranslationSource",
    "TrialState",
    "WorkingCopy",
]
