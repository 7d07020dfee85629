"""No module of the domain escapes the order of its layers."""

import tomllib

from toolchain.addresses import CLONE

PACKAGES = ("portal", "portal/access")


def test_every_noun_and_every_module_of_access_has_its_layer() -> None:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())
    (stack,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["id"] == "nouns-stack"
    )
    placed = {module.strip(" ()") for layer in stack for module in layer.split(":")}
    here = {
        f"{package}/{path.stem}".replace("/", ".")
        for package in PACKAGES
        for path in (CLONE / package).iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    } - {"portal.access"}
    assert here - placed == set(), "Give each a layer in the contract nouns-stack of pyproject.toml."
