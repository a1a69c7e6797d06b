"""The files of proofs/ and figures/: where they are, which there are, and how one is loaded, here or in a worker."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def folder(name: str) -> Path:
    """The folder `proofs` or `figures`: inside an installed package, beside the package in a checkout.

    Errors: ValueError when neither holds a folder of that name.

    >>> folder("figures").name
    'figures'
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_shipped" / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise ValueError(f"the folder {name} is neither inside the package nor beside it: install the package again")


def files(name: str) -> tuple[Path, ...]:
    """Every file `<source>/<statement>.py` of a folder, in alphabetical order; names that begin with _ are left out.

    >>> [path.stem for path in files("figures") if path.parent.name == "mroueh_note"]
    ['figure_1']
    """
    found = folder(name).glob("*/*.py")
    return tuple(
        sorted(path for path in found if not path.name.startswith("_") and not path.parent.name.startswith("_"))
    )


def load(path: Path) -> ModuleType:
    """The module in a file, executed once per process under a name that depends on folder, source and file only.

    Domain: a path from `files`. The name, such as `figures.mroueh_note.figure_1`, is the same in every process.
    Errors: whatever the file raises when it is executed, with the module left out of sys.modules.

    >>> load(folder("figures") / "mroueh_note" / "figure_1.py").__name__
    'figures.mroueh_note.figure_1'
    """
    name = ".".join((path.parent.parent.name, path.parent.name, path.stem))
    if (known := sys.modules.get(name)) is not None and getattr(known, "__file__", None) == str(path):
        return known
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"path = {path} is no Python file: claims and figures are Python modules")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
