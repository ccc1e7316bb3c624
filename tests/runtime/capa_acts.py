"""Capa as the sandbox meets it: small problems, and how to have them marked."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace
from typing import Any

from fs.memoryfs import MemoryFS
from opaque_keys.edx.locator import CourseLocator
from xblock.field_data import DictFieldData

from lms_app.runtime import django_host
from lms_app.runtime.sandbox import Sandbox, install

_CAPA = "xblocks_contrib.problem.capa"


class Cache:
    """The cache service as capa calls it; true even when empty, else capa takes it for none."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def set(self, key: str, value: Any, timeout: int | None = None) -> None:
        del timeout
        self.kept[key] = value


class Capa:
    """Builds and marks problems outside any course."""

    def __init__(self, sandbox: Sandbox) -> None:
        django_host.configure()
        self.problems = importlib.import_module(f"{_CAPA}.capa_problem")
        self.responses = importlib.import_module(f"{_CAPA}.responsetypes")
        self.unsafe = importlib.import_module("codejail.safe_exec").not_safe_exec
        install(sandbox)
        self.scripts = sys.modules[f"{_CAPA}.safe_exec.safe_exec"]
        self.sandbox = sandbox
        self.cache = Cache()

    def problem(self, xml: str, *, seed: int = 1, library: bytes | None = None, state: dict[str, Any] | None = None) -> Any:
        root = MemoryFS()
        root.root_path = "/nowhere"
        system = self.problems.LoncapaSystem(
            ajax_url="",
            anonymous_student_id="someone",
            cache=self.cache,
            can_execute_unsafe_code=lambda: False,
            get_python_lib_zip=lambda: library,
            DEBUG=False,
            i18n=SimpleNamespace(gettext=str, ngettext=lambda one, many, count: one if count == 1 else many),
            render_template=importlib.import_module("django.template.loader").render_to_string,
            resources_fs=root,
            seed=seed,
            xqueue=None,
        )
        block = SimpleNamespace(location="block", runtime=None, scope_ids=None, lcp=None)
        return self.problems.LoncapaProblem(xml, "p", system, block, state=state or {}, seed=seed)

    def mark(self, xml: str, *answers: str, **options: Any) -> dict[str, Any]:
        problem = self.problem(xml, **options)
        given = {f"p_{number}_1": answer for number, answer in enumerate(answers, start=2)}
        marks = problem.grade_answers(given)
        return {key: marks.get_correctness(key) for key in given}


def numerical(answer: str, tolerance: str = "1%") -> str:
    """Return a problem that asks for a number."""
    return (
        f'<problem><numericalresponse answer="{answer}"><responseparam type="tolerance" default="{tolerance}"/>'
        "<formulaequationinput/></numericalresponse></problem>"
    )


class Services:
    """What the problem block asks its host for."""

    def __init__(self, capa: Capa) -> None:
        self.emails: list[str] = []
        self.full_name = ""
        self.opt_attrs = {"edx-platform.anonymous_user_id": "a", "edx-platform.user_is_staff": False}
        self.get, self.set = capa.cache.get, capa.cache.set

    def get_current_user(self) -> Services:
        return self

    def can_execute_unsafe_code(self) -> bool:
        return False

    def get_python_lib_zip(self) -> None:
        return None

    def replace_urls(self, text: Any, **_options: bool) -> Any:
        if not isinstance(text, str):
            raise TypeError
        return text


def block(capa: Capa, xml: str) -> Any:
    """Return a real problem block over memory."""
    tools = importlib.import_module("xblock.test.tools")
    fields = importlib.import_module("xblock.fields")
    problem = importlib.import_module("xblocks_contrib.problem.capa_block").ProblemBlock
    given = Services(capa)
    names = ("user", "cache", "sandbox", "xqueue", "replace_urls")
    runtime = tools.TestRuntime(services={**dict.fromkeys(names, given), "field-data": DictFieldData({"data": xml})})
    runtime.resources_fs = MemoryFS()
    runtime.resources_fs.root_path = "/nowhere"
    runtime.is_author_mode = False
    runtime.handler_url = lambda *_args, **_options: "/handler"
    runtime.local_resource_url = lambda _block, path: path
    runtime.publish = lambda *_args: None
    key = CourseLocator("org", "course", "run").make_usage_key("problem", "p")
    graded = type("Graded", (problem,), {"graded": False})
    return graded(runtime, scope_ids=fields.ScopeIds("learner", "problem", key, key))
