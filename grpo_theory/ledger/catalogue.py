"""The claims of the ledger, one file each: ``proofs/<source>/<claim>.py`` with one attribute ``claim``.

Names are listed from the file names alone; a file is executed only when its claim is asked for.
"""

from functools import cache
from pathlib import Path
from typing import Final

from grpo_theory import discovery
from grpo_theory.errors import nearest
from grpo_theory.ledger.claim import Claim
from grpo_theory.sources import SOURCES
from grpo_theory.sources import source as source_called

REPAIRED: Final = "-repaired"
"""The end of the name of a claim's repair, which stands in the file of the claim."""


def names(source: str | None = None) -> tuple[str, ...]:
    """The names of all claims, or of one source's, in the ledger's order: by source, then alphabetically.

    Domain: `source` is a key of `grpo_theory.sources`. Errors: ValueError for an unknown source, with the nearest one.

    >>> "group-deviation-identity" in names("literature")
    True
    """
    wanted = None if source is None else source_called(source).key
    return tuple(name for name, (key, _) in _index().items() if wanted in (None, key))


def source_of(name: str) -> str:
    """The key of the source that states a claim, read off the claim's folder.

    Errors: ValueError for an unknown name, suggesting the nearest.

    >>> source_of("group-deviation-identity")
    'literature'
    """
    return _found(name)[0]


def path_of(name: str) -> Path:
    """The file that states a claim.

    Errors: ValueError for an unknown name, suggesting the nearest.

    >>> path_of("group-deviation-identity").name
    'group_deviation_identity.py'
    """
    return _found(name)[1]


@cache
def claim(name: str) -> Claim:
    """The claim of a name, or the repair of a claim under the claim's name with ``-repaired`` at its end.

    Errors: ValueError for an unknown name, suggesting the nearest, and for a file that states another claim than its
    path says; whatever the file raises when it is executed.

    >>> claim("group-deviation-identity").source
    'literature'
    """
    base = name.removesuffix(REPAIRED)
    if base != name and name not in _index() and base in _index():
        repair = claim(base).repair
        if repair is None or repair.name != name:
            raise ValueError(f"no claim is called {name}: the file of {base} holds no repair of this name")
        return repair
    key, path = _found(name)
    return _checked(getattr(discovery.load(path), "claim", None), name, key, path)


def _checked(stated: object, name: str, key: str, path: Path) -> Claim:
    where = f"proofs/{path.parent.name}/{path.name}"
    if not isinstance(stated, Claim):
        raise ValueError(f"{where} states no claim: it needs an attribute claim, a Claim")
    if (stated.name, stated.source) != (name, key):
        raise ValueError(f"{where} states {stated.name} of {stated.source}: its path says {name} of {key}")
    if stated.repair is not None and stated.repair.source != key:
        raise ValueError(f"{where} repairs {name} by a claim of {stated.repair.source}: a repair keeps the source")
    return stated


def _found(name: str) -> tuple[str, Path]:
    index = _index()
    if name not in index:
        raise nearest(name, index, "claim")
    return index[name]


def _index() -> dict[str, tuple[str, Path]]:
    """Name → (source, file), in the order of the sources and then of the alphabet."""
    folders = {document.folder: document.key for document in SOURCES}
    found: dict[str, tuple[str, Path]] = {}
    paths = discovery.files("proofs")
    for folder, key in folders.items():
        for path in (p for p in paths if p.parent.name == folder):
            name = path.stem.replace("_", "-")
            if name in found:
                raise ValueError(f"two files state {name}: one in {found[name][0]}, one in {key}")
            found[name] = (key, path)
    strangers = {path.parent.name for path in paths} - folders.keys()
    if strangers:
        raise ValueError(f"proofs/{min(strangers)} belongs to no source: grpo_theory/sources.py lists them")
    return found
