"""What blocks may ask of their platform: who learns, which language, scripts, addresses, settings."""

from __future__ import annotations

import gettext
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from lms_app.domain.learning import Learner
from lms_app.runtime.blocks.words import CONTRIB, words_for
from lms_app.runtime.links import Links
from lms_app.runtime.ports import Content

_CATALOGUES: Final = (("translations", "text"), ("conf/locale", "text"), ("conf/locale", "django"))
_DATE_FORMATS: Final = {
    "SHORT_DATE_FORMAT": "%Y-%m-%d",
    "LONG_DATE_FORMAT": "%Y-%m-%d",
    "TIME_FORMAT": "%H:%M",
    "DATE_TIME_FORMAT": "%Y-%m-%d %H:%M",
}


@dataclass(frozen=True)
class User:
    """A person as blocks know them. XBlock has a class of this shape, but importing it brings Django and boto3."""

    full_name: str
    emails: tuple[str, ...]
    opt_attrs: Mapping[str, Any]
    is_current_user: bool = True


class UserService:
    """The `user` service: who looks at the block, as far as blocks may know."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        role = "staff" if learner.is_staff else "student"
        self._user = User(
            full_name=learner.full_name,
            emails=(learner.email,) if learner.email else (),
            opt_attrs={
                "edx-platform.user_id": learner.person_id,
                "edx-platform.username": learner.user_name,
                "edx-platform.anonymous_user_id": learner.anonymous_id,
                "edx-platform.deprecated_anonymous_user_id": learner.anonymous_id,
                "edx-platform.is_authenticated": True,
                "edx-platform.user_is_staff": learner.is_staff,
                "edx-platform.user_is_global_staff": False,
                "edx-platform.user_is_beta_tester": False,
                "edx-platform.user_role": role,
                "edx-platform.request_country_code": learner.country or None,
                "edx-platform.user_preferences": {"pref-lang": learner.language, "time_zone": None},
            },
        )

    def get_current_user(self) -> User:
        """Return the learner."""
        return self._user

    def get_anonymous_user_id(self, username: str, course_id: str) -> str | None:  # noqa: ARG002 -- the service's signature
        """Return the anonymous id of the learner; nobody else's is told."""
        return self._learner.anonymous_id if username == self._learner.user_name else None

    def get_user_by_anonymous_id(self, uid: str | None = None) -> Any:
        """Return the learner when the id is theirs, else None."""
        if uid in {None, self._learner.anonymous_id}:
            return _DjangoUser(self._learner)
        return None

    def get_external_user_id(self, type_name: str) -> str | None:  # noqa: ARG002 -- the service's signature
        """Return None: there are no external ids."""
        return None

    def is_user_staff_in_course(self) -> bool:
        """Tell whether the learner is staff of the course."""
        return self._learner.is_staff


class _DjangoUser:
    """What lti reads of a Django user."""

    def __init__(self, learner: Learner) -> None:
        self.id = learner.person_id
        self.username = learner.user_name
        self.email = learner.email
        self.is_authenticated = True


class I18nService:
    """The `i18n` service of one block class: its own catalogue, then ours, then English."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations
        self.gettext = self.ugettext = translations.gettext
        self.ngettext = self.ungettext = translations.ngettext
        self.pgettext, self.npgettext = translations.pgettext, translations.npgettext

    def strftime(self, dtime: date, format: str) -> str:  # noqa: A002 -- the service's signature
        """Return a date in a form that all our readers read the same way."""
        return dtime.strftime(_DATE_FORMATS.get(format, format))

    def get_javascript_i18n_catalog_url(self, block: Any) -> str | None:  # noqa: ARG002 -- the service's signature
        """Return None: the page brings the words of scripts itself."""
        return None

    def get_language_bidi(self) -> bool:
        """Tell whether the language is written from right to left."""
        return self.language.split("-")[0] == "ar"


def i18n_for(block: Any, language: str) -> I18nService:
    """Return the `i18n` service for a block."""
    owner = getattr(block, "unmixed_class", type(block))
    return I18nService(language, _catalogue(owner.__module__, language))


@lru_cache(maxsize=512)
def _catalogue(module: str, language: str) -> gettext.NullTranslations:
    ours = words_for(language)
    for folder, domain in _CATALOGUES:
        try:
            found = gettext.translation(domain, _package_folder(module) / folder, [language])
        except OSError:
            continue
        found.add_fallback(ours)
        return found
    return ours


def _package_folder(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else CONTRIB / "none"


class ReplaceUrls:
    """The `replace_urls` service."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def replace_urls(self, text: str, static_replace_only: bool = False) -> str:  # noqa: FBT001, FBT002 -- the service's signature
        """Return the text with its addresses replaced; raise `TypeError` for anything else, which capa counts on."""
        if not isinstance(text, str):
            raise TypeError(f"not a text: {type(text).__name__}")
        # Joined, to get rid of Django's mark "safe": capa puts the answer into an attribute and counts on its being escaped there.
        return "".join((self._links.replaced(text, static_only=static_replace_only),))


class SandboxService:
    """The `sandbox` service: scripts never run in this process; the course's own library goes with them."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def can_execute_unsafe_code(self) -> bool:
        """Refuse: what may be run at all goes to the sandbox, to which capa's way to run scripts is bound."""
        return False

    def get_python_lib_zip(self) -> bytes | None:
        """Return the course's `python_lib.zip`, if it has one."""
        return self._content.asset("python_lib.zip")


class NoQueue:
    """The `xqueue` service: there are no external graders here."""

    interface = None
    default_queuename = ""
    waittime = 0

    def construct_callback(self, dispatch: str = "score_update") -> str:
        """Return no address, for nobody will call back."""
        return dispatch


class SettingsService:
    """The `settings` service: the platform sets nothing for single block types."""

    def get_settings_bucket(self, block: Any, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:  # noqa: ARG002
        """Return the settings for a block's class."""
        return default if default is not None else {}


class CompletionService:
    """The `completion` service."""

    def completion_tracking_enabled(self) -> bool:
        """Tell that completion is kept."""
        return True

    def get_completions(self, candidates: Any) -> dict[Any, float]:
        """Return no completions: they are not kept by blocks."""
        return dict.fromkeys(candidates, 0.0)


class RebindUser:
    """The `rebind_user` service, which lti needs when a tool sends a score."""

    def rebind_noauth_module_to_user(self, block: Any, user: Any) -> None:
        """Do nothing: a visit belongs to its learner from the start."""
