"""The explorer's JavaScript as one module, made of the files in static/, and the page that needs no server."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

MODULES: Final = (
    "numbers",
    "rules",
    "weights",
    "map",
    "state",
    "axes",
    "numeric",
    "scene",
    "cobweb",
    "path",
    "bifurcation",
    "dom",
    "controls",
    "link",
    "panels",
    "tables",
    "rulepanel",
    "boundpanel",
    "copyout",
    "presets",
    "main",
)
"""Every module after those that it imports."""

_IMPORT: Final = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)


def read(name: str) -> str:
    """The text of a file in static/.

    >>> read("map.js").startswith("// The recurrence")
    True
    """
    return (files("grpo_theory.explore") / "static" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def script() -> str:
    """One ES module whose default export is {render}: each file becomes a scope of its own, so no names can clash.

    >>> script().rstrip().endswith("export default $main.default;")
    True
    """
    scopes = [_scope(name, _text(name)) for name in MODULES]
    return "\n".join(scopes) + "\nexport default $main.default;\n"


def style() -> str:
    """The style sheet.

    >>> ".gt-explorer" in style()
    True
    """
    return read("explorer.css")


def static_page() -> str:
    """A page with the whole explorer in it, which needs no server and asks for nothing from outside.

    Its policy forbids every request. Certified panels say that they need Python.

    >>> page = static_page()
    >>> "http://" in page.replace("http://www.w3.org", ""), "connect-src" in page
    (False, True)
    """
    page = read("page.html").replace("/* STYLE */", style())
    # A script ends at the first closing tag, wherever it stands.
    return page.replace("/* SCRIPT */", script().replace("</", "<\\/").replace("export default ", "const explorer = "))


def _text(name: str) -> str:
    if name == "presets":
        return f"export const PRESETS = {read('presets.json').strip()};\n"
    return read(f"{name}.js")


def _scope(name: str, text: str) -> str:
    known = MODULES[: MODULES.index(name)]
    for _, source in _IMPORT.findall(text):
        if source not in known:
            raise ValueError(f"module {name} imports {source}, which does not come before it")
    names = _EXPORT.findall(text)
    body = _IMPORT.sub(r"const \1 = $\2;\n", text)
    body = re.sub(r"^export default ", "const standard = ", body, flags=re.MULTILINE)
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE)
    shared = ", ".join([*names, *(["default: standard"] if "const standard = " in body else [])])
    return f"const ${name} = (() => {{\n{body}return {{ {shared} }};\n}})();"
