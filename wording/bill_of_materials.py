"""What the planner is made of, for machines: a CycloneDX bill of materials, and the licences of all its parts."""

from __future__ import annotations

import importlib.metadata
import json
import re
import uuid
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from wording.about import OWN_LICENCE, PACKAGE, Package, licence_texts, needed_by, packages, plain, planner_version

_STATIC = Path(__file__).parents[1] / "static"
_SPACE = uuid.UUID("c3a84ac0-5a3c-5c59-9ae8-8f9a53d2a7f1")


def bill_of_materials() -> str:
    """A CycloneDX 1.6 document (JSON) of the planner and every package that it needs on this machine, with versions,
    licences and which needs which. The same parts give the same bytes: it carries no time and no number by chance.

    Source: CycloneDX 1.6 (ECMA-424), Package URL.
    """
    found = packages()
    known = {plain(package.name): _purl(package) for package in found}
    own = f"pkg:pypi/{PACKAGE}@{planner_version()}"
    parts = [*(_component(package, _purl(package)) for package in found), _leaflet()]
    needs = {own: [*(known[name] for name in needed_by(PACKAGE)), str(parts[-1]["bom-ref"])]}
    needs |= {_purl(package): [known[name] for name in needed_by(package.name)] for package in found}
    metadata = {
        "component": {
            "type": "application",
            "bom-ref": own,
            "name": PACKAGE,
            "version": planner_version(),
            "purl": own,
            "licenses": _licences(OWN_LICENCE),
        }
    }
    content = {
        "metadata": metadata,
        "components": parts,
        "dependencies": [{"ref": part, "dependsOn": sorted(needed)} for part, needed in needs.items()],
    }
    number = uuid.uuid5(_SPACE, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{number}", "version": 1}
    return json.dumps({**head, **content}, ensure_ascii=False, indent=2) + "\n"


def licences_of_all() -> str:
    """The licence of every part as plain text: a list of all, then each text that comes with a part."""
    found = packages()
    lines = [f"{package.name} {package.version}: {package.licence}" for package in found]
    texts = [(one.name, one.text) for one in licence_texts()]
    for package in found:
        for file in sorted(_licence_files(package.name)):
            texts.append((f"{package.name} {package.version}, {file.name}", file.read_text("utf-8", errors="replace")))
    rule = "=" * 80
    parts = [f"{rule}\n{name}\n{rule}\n\n{text.strip()}\n" for name, text in texts]
    return "\n".join([*lines, "", *parts])


def _licence_files(name: str) -> list[Path]:
    """Where the licence texts of a package lie: in its metadata, by what they are called."""
    package = importlib.metadata.distribution(name)
    found = (Path(str(package.locate_file(file))) for file in package.files or () if ".dist-info" in str(file))
    return [file for file in found if re.match(r"(?i)(licen[cs]e|copying|notice)", file.name) and file.is_file()]


def _component(package: Package, purl: str) -> dict[str, object]:
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": purl,
        "name": plain(package.name),
        "version": package.version,
        "purl": purl,
    }
    licences = _licences(package.licence)
    return {**component, "licenses": licences} if licences else component


def _leaflet() -> dict[str, object]:
    """The one part that comes in no package of its own."""
    version = re.search(r"Leaflet (\d[\d.]*)", (_STATIC / "leaflet" / "leaflet.js").read_text("utf-8")[:300])
    if version is None:
        raise ValueError("leaflet.js does not say its version")
    return _component(Package("leaflet", version[1], "BSD-2-Clause"), f"pkg:npm/leaflet@{version[1]}")


def _purl(package: Package) -> str:
    return f"pkg:pypi/{plain(package.name)}@{package.version}"


def _licences(stated: str) -> list[dict[str, object]]:
    """As CycloneDX has them: an SPDX expression where it is one, else the name as stated."""
    try:
        return [{"expression": str(canonicalize_license_expression(stated))}]
    except InvalidLicenseExpression:
        return [] if stated == "–" else [{"license": {"name": stated}}]
