"""What files say of the Python that they are for."""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from resolvetui.inputs.toml_file import TomlFile


def checked_python(file: TomlFile, key: str, text: str) -> str:
    """A `requires-python` in one form. Raises UsageError where it is no specifier (PEP 440)."""
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier as error:
        why = f"{text!r} is no specifier of versions (PEP 440)."
        raise file.wrong(key, why, "Write it such as >=3.11.") from error
