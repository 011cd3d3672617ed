"""Settings from files: HEALTHER_<NAME>_FILE beside every HEALTHER_<NAME> that holds a secret.

Secrets of Docker, Kubernetes and systemd are files: an environment is seen by `inspect`, children and crash reports.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

# On a field: it may come from a file.
SECRET: JsonDict = {"secret": True}


class SettingFileError(ValueError):
    """A file that cannot be used as a setting; the text says which, why, and what to do."""


def names_of_files(settings: type[BaseModel]) -> dict[str, str]:
    """The names of the settings that may come from a file, and of the variable that names it."""
    return {
        name: f"HEALTHER_{name.upper()}_FILE"
        for name, field in settings.model_fields.items()
        if field.json_schema_extra == SECRET
    }


class SettingFiles(PydanticBaseSettingsSource):
    """Reads what HEALTHER_<NAME>_FILE names; raises SettingFileError."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the field's file; None where the field has none."""
        variable = names_of_files(self.settings_cls).get(field_name)
        if variable is None or variable not in os.environ:
            return None, field_name, False
        if variable.removesuffix("_FILE") in os.environ:
            raise SettingFileError(
                f"{variable.removesuffix('_FILE')} and {variable} are both set: leave one of them out"
            )
        return _read(variable, os.environ[variable]), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting that a file gives."""
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _read(variable: str, path: str) -> str:
    """The file's text without the line end that editors add."""
    try:
        value = Path(path).read_text().strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it holds no text"
        raise SettingFileError(f"{variable}: {path or 'an empty name'} cannot be read: {why}") from None
    if not value:
        raise SettingFileError(f"{variable}: {path} is empty: write the value into it, or leave the variable out")
    return value
