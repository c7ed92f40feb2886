"""Where plugins come from: folders and installed packages; importing one, and forgetting its modules again."""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

GROUP = "atrium.plugins"


class PluginError(ValueError):
    """A plugin cannot be loaded; the message says why."""


@dataclass(frozen=True)
class Source:
    """A place where a plugin was found."""

    name: str
    said: str
    """For people: the folder, or the package's module."""
    folder: Path | None = None
    """A folder that holds `plugin.py`."""
    module: str = ""
    """Of an entry point: the module with the hooks."""

    @property
    def package(self) -> str:
        """The name under which its modules stand: of `acme.parking.plugin` it is `acme.parking`."""
        name = self.module or self._module_of_folder()
        parent, _, last = name.rpartition(".")
        return parent if last == "plugin" and parent else name

    def load(self) -> ModuleType:
        """Import the module with the hooks."""
        if self.folder is None:
            return importlib.import_module(self.module)
        root = self.folder.parent
        if (root / "__init__.py").exists():
            package = sys.modules.get(root.name)
            if package is not None and str(root) not in getattr(package, "__path__", ()):
                package.__path__.append(str(root))  # another folder of the same name was first
            root = root.parent
        if str(root) not in sys.path:
            sys.path.append(str(root))
        importlib.invalidate_caches()
        module = importlib.import_module(self._module_of_folder())
        if not module.__file__ or Path(module.__file__).resolve().parent != self.folder.resolve():
            raise PluginError(f"another module is called {module.__name__} ({module.__file__}); rename the folder")
        return module

    def folder_of(self, module: ModuleType) -> Path | None:
        """Where its templates, translations, migrations and parameters lie; a single module has none of them."""
        if self.folder is not None:
            return self.folder
        is_package = module.__name__ == self.package and hasattr(module, "__path__")
        is_inside = module.__name__ != self.package
        return Path(str(module.__file__)).parent if module.__file__ and (is_package or is_inside) else None

    def forget(self, before: frozenset[str]) -> None:
        """Take its modules out of Python's memory, but none that was there before it came."""
        mine = [one for one in sys.modules if one == self.package or one.startswith(f"{self.package}.")]
        for name in [one for one in mine if one not in before]:
            del sys.modules[name]
        parent, _, last = self.package.rpartition(".")
        if parent and self.package not in before and last in vars(sys.modules.get(parent, ModuleType(parent))):
            delattr(sys.modules[parent], last)

    def _module_of_folder(self) -> str:
        assert self.folder is not None
        root = self.folder.parent
        return f"{root.name}.{self.name}.plugin" if (root / "__init__.py").exists() else f"{self.name}.plugin"


def sources(folders: Sequence[Path]) -> list[Source]:
    """Every plugin there is, folders first; two of one name stand both in the list, the first counts."""
    found = []
    for folder in folders:
        for path in sorted(folder.glob("*/plugin.py")) if folder.is_dir() else ():
            found.append(Source(path.parent.name, str(path.parent), path.parent))
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        found.append(Source(entry.name, entry.value, module=entry.value.partition(":")[0].strip()))
    return found
