"""Kinds of import contract in which a rule is a pattern, so that it holds for every room that is added later.

`.importlinter` at the root uses them. In a pattern `*` is one name, `{a,b}` one of several; a package stands for
everything in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "siyu"


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern as an expression that matches the beginning of a module's name, up to the end of a name in it."""
    words = re.split(r"(\*|\{[^}]*\})", pattern)
    parts = []
    for word in words:
        if word == "*":
            parts.append(r"[^.]+")
        elif word.startswith("{"):
            parts.append("(?:" + "|".join(re.escape(name) for name in word[1:-1].split(",")) + ")")
        else:
            parts.append(re.escape(word))
    return re.compile("".join(parts) + r"(?=\.|$)")


def words_of(option: object) -> list[str]:
    """The words of an option of a contract: the tool puts a plain set or list where the class declares a field."""
    assert isinstance(option, set | list)
    return [str(word) for word in option]


def imports_of(graph: ImportGraph, module: str) -> Iterator[tuple[str, int]]:
    """What `module` imports itself, each with the first line that does."""
    for imported in sorted(graph.find_modules_directly_imported_by(module)):
        lines = [detail["line_number"] for detail in graph.get_import_details(importer=module, imported=imported)]
        yield imported, min(lines, default=0)


class _SentenceContract(Contract):
    """A contract that reports single imports, each as `importer -> imported (line n)`."""

    def report(self, broken: Iterable[str]) -> ContractCheck:
        found = list(broken)
        return ContractCheck(kept=not found, metadata={"broken": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(f"- {line}", bold=False)


class AllowedImportsContract(_SentenceContract):
    """Modules below each match of `importers` import, besides what is below the same match, only `allowed` of Siyu.

    What is `never` allowed stays forbidden even below the same match.
    """

    type_name = "allowed_imports"

    importers = fields.SetField(subfield=fields.StringField())
    allowed = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    never = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        importers = [compile_pattern(pattern) for pattern in words_of(self.importers)]
        allowed = [compile_pattern(pattern) for pattern in words_of(self.allowed)]
        never = [compile_pattern(pattern) for pattern in words_of(self.never)]
        broken = []
        for module in sorted(graph.modules):
            own = next((match for pattern in importers if (match := pattern.match(module))), None)
            if own is None:
                continue
            mine = compile_pattern(own.group())
            for imported, line in imports_of(graph, module):
                if not imported.startswith(f"{ROOT}."):
                    continue
                is_fine = mine.match(imported) or any(pattern.match(imported) for pattern in allowed)
                if not is_fine or any(pattern.match(imported) for pattern in never):
                    broken.append(f"{module} -> {imported} (line {line})")
        return self.report(broken)


class LibrariesContract(_SentenceContract):
    """Each third-party library is imported only where `libraries` says: lines `library: pattern pattern …`.

    A library without a line is imported nowhere, so a new dependency is a decision with a place.
    """

    type_name = "libraries"

    libraries = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        places = {}
        for line in words_of(self.libraries):
            names, _, patterns = line.partition(":")
            for name in names.split(","):
                places[name.strip()] = [compile_pattern(pattern) for pattern in patterns.split()]
        broken = []
        for module in sorted(graph.modules):
            if module.split(".")[0] != ROOT:
                continue
            for imported, line_number in imports_of(graph, module):
                library = imported.split(".")[0]
                if library == ROOT or library in sys.stdlib_module_names:
                    continue
                if not any(pattern.match(module) for pattern in places.get(library, ())):
                    broken.append(f"{module} -> {library} (line {line_number})")
        return self.report(broken)
