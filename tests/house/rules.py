"""The house rules that no tool knows: each takes a file's path in the clone and its text, and names what breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

FILE_MAX_LINES = 400
FUNCTION_MAX_LINES = 70
GENERATED = ("schema.d.ts",)
FORBIDDEN_NAMES = re.compile(r"^(utils?|helpers?|common|base|managers?)$", re.IGNORECASE)
FORBIDDEN_CLASSES = re.compile(r"(Utils?|Helpers?|Managers?)$")
OPEN_TO_OTHERS = re.compile(r"siyu/(kernel|platform)/|siyu/domain/\w+/(contracts|service|reading)\b")
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
IDS = {"uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "os.urandom"}
SECRETS = re.compile(r"^secrets\.(token_|choice|randbelow|randbits|SystemRandom)")
FOREIGN_PLACES = re.compile(r"(?<![\w.$}{/-])/(home|Users|root|work|mnt/data)/\w")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
BARE_IGNORE = re.compile(
    r"#\s*type:\s*ig" r"nore(?!\[[\w, -]+\]\s+#\s*\w)|#\s*mypy:\s*ig" r"nore|@ts-ig" r"nore|@ts-no" r"check"
)

Rule = Callable[[str, str], list[str]]


def is_python(path: str) -> bool:
    """Whether the file is Python."""
    return path.endswith(".py")


def is_source(path: str) -> bool:
    """Whether the file is Python of the package itself."""
    return is_python(path) and path.startswith("src/")


def file_size(path: str, text: str) -> list[str]:
    """A file is at most 400 lines long; generated ones aside."""
    if path.endswith(GENERATED):
        return []
    lines = len(text.splitlines())
    return [f"{lines} lines"] if lines > FILE_MAX_LINES else []


def function_size(path: str, text: str) -> list[str]:
    """A function is at most 70 lines long."""
    if not is_python(path):
        return []
    return [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_MAX_LINES
    ]


def calls_of(text: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its function as it is written."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def chance_and_time(path: str, text: str) -> list[str]:
    """Time, ids and randomness come from the kernel; a random generator elsewhere has a seed."""
    if not is_source(path) or path.startswith("src/siyu/kernel/"):
        return []
    found = []
    for name, call in calls_of(text):
        last_two = ".".join(name.split(".")[-2:])
        is_seeded = last_two in ("random.Random", "Random", "random.default_rng", "default_rng") and bool(call.args)
        is_random = name.startswith(("random.", "np.random.", "numpy.random.")) and not is_seeded
        is_secret = bool(SECRETS.match(name)) and not path.startswith("src/siyu/platform/")
        if last_two in CLOCKS or last_two in IDS or is_random or is_secret:
            found.append(f"line {call.lineno}: {name}()")
    return found


def committing(path: str, text: str) -> list[str]:
    """Only the platform's unit of work commits."""
    if not is_source(path) or path.startswith("src/siyu/platform/"):
        return []
    return [
        f"line {call.lineno}: {name}()"
        for name, call in calls_of(text)
        if name.split(".")[-1] in ("commit", "rollback") and "." in name
    ]


def names(path: str, text: str) -> list[str]:
    """No file, folder or class is called utils, helper, common, base or manager: such a name says nothing."""
    found = [part for part in PurePosixPath(path).with_suffix("").parts if FORBIDDEN_NAMES.match(part)]
    if is_python(path):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and FORBIDDEN_CLASSES.search(node.name):
                found.append(f"class {node.name}")
    return found


def places(path: str, text: str) -> list[str]:
    """Nothing names a folder of the machine it was written on."""
    return [
        f"line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if FOREIGN_PLACES.search(line)
    ]


def unfinished(path: str, text: str) -> list[str]:
    """What is not done is left out, not marked."""
    return [
        f"line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]


def silenced_types(path: str, text: str) -> list[str]:
    """A silenced type error names its code and its reason."""
    return [
        f"line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if BARE_IGNORE.search(line)
    ]


def docstrings(path: str, text: str) -> list[str]:
    """Every module says what it is for; where others come in (doors, kernel, platform) each class and function too."""
    if not is_source(path) or "/migrations/versions/" in path:
        return []
    tree = ast.parse(text)
    found = [] if ast.get_docstring(tree) else ["the module"]
    if not OPEN_TO_OTHERS.search(path):
        return found
    return found + [
        f"{node.name}, line {node.lineno}"
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def skipped_tests(path: str, text: str) -> list[str]:
    """A test runs, or it is not there."""
    if not path.startswith("tests/") or not is_python(path):
        return []
    marks = re.compile(r"(^|\.)(skip|skipif|skipIf|xfail|importorskip)$")
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and marks.search(node.attr) and "pytest" in ast.unparse(node)
    ]


def error_classes(path: str, text: str) -> list[str]:
    """A class with a `code` is an error: it is called so, and its docstring is the message a person reads."""
    if not is_source(path):
        return []
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and any(base_name(base).endswith("Error") for base in node.bases):
            if not node.name.endswith("Error"):
                found.append(f"{node.name} is not called …Error")
            if not ast.get_docstring(node):
                found.append(f"{node.name} has no message")
    return found


def base_name(base: ast.expr) -> str:
    """The last name of a base class."""
    return ast.unparse(base).split(".")[-1]


def error_codes(text: str) -> list[str]:
    """The codes of the errors that a module defines."""
    return [
        str(statement.value.value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(statement.value, ast.Constant)
        and any(ast.unparse(target) == "code" for target in targets_of(statement))
    ]


def targets_of(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    """What an assignment assigns to."""
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


RULES: tuple[Rule, ...] = (
    file_size,
    function_size,
    chance_and_time,
    committing,
    names,
    places,
    unfinished,
    silenced_types,
    docstrings,
    skipped_tests,
    error_classes,
)
