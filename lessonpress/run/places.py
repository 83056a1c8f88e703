"""Which files are the project's own, and which are data of nobody's: installed, temporary, the system's."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import tempfile
import traceback
from pathlib import Path

ENGINE = os.path.realpath(Path(__file__).parents[1]) + os.sep
# Libraries look here for fonts, settings and caches; no lesson keeps its data here.
SYSTEM_FOLDERS = (
    "/bin",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/sys",
    "/usr",
    "/var",
    "~/.cache",
    "~/.config",
    "~/.matplotlib",
)
INSTALLED_PARTS = {"site-packages", "dist-packages", "__pycache__"}


class Places:
    """The folders of one project, and those around it; what was once decided of a folder is remembered."""

    def __init__(self, root: Path) -> None:
        self.roots = (str(root) + os.sep, os.path.realpath(root) + os.sep)
        self.prefix = os.path.realpath(sys.prefix) + os.sep
        installed = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
        others = (*installed, tempfile.gettempdir(), *SYSTEM_FOLDERS, ENGINE)
        self.foreign = tuple({os.path.realpath(os.path.expanduser(folder)) + os.sep for folder in others})
        # Libraries ask for thousands of files of their own, which this is a quick answer to.
        self.surely_foreign = tuple(
            folder + os.sep for folder in installed if not any(root.startswith(folder + os.sep) for root in self.roots)
        )
        self.decided: dict[str, str] = {}
        home = os.path.expanduser("~")
        hidden = {os.path.dirname(root) for root in self.roots} | {ENGINE[:-1], home, os.path.realpath(home)}
        hidden |= {path for name, path in sysconfig.get_paths().items() if "lib" in name}
        hidden |= {path for path in (sys.prefix, sys.base_prefix) if not path.startswith("/usr")}
        named = sorted((path for path in hidden if path.count(os.sep) > 1), key=len, reverse=True)
        self.machine = re.compile(rf"(?<![\w.~-])(?:{'|'.join(map(re.escape, named))})(?![\w.-])")

    def hide(self, text: str) -> str:
        """A text without the folders of this machine: what lies in the project or is installed keeps its own path."""
        return self.machine.sub("…", text) if os.sep in text else text

    def is_ours(self, path: str) -> bool:
        """Whether a path is absolute and lies in the project, in nothing installed there, and not in the engine."""
        return os.path.isabs(path) and self._whose(os.path.dirname(path)) == "ours"

    def is_data(self, path: str) -> bool:
        """Whether a lesson's result may depend on what lies at an absolute path."""
        name = os.path.basename(path)
        if name == ".pdbrc" or name.startswith("<"):  # a debugger's settings, and code that came from no file
            return False
        around = any(root.startswith(path.rstrip(os.sep) + os.sep) for root in self.roots)
        return not around and self._whose(os.path.dirname(path)) != "nobody's"

    def shorten(self, path: str) -> str:
        """A path as seen from the project's root, with forward slashes, where it lies below."""
        root = next((root for root in self.roots if path.startswith(root)), "")
        return path.removeprefix(root).replace(os.sep, "/") if root else path

    def _whose(self, folder: str) -> str:
        if folder not in self.decided:
            self.decided[folder] = self._decide(folder)
        return self.decided[folder]

    def _decide(self, folder: str) -> str:
        real = os.path.realpath(folder) + os.sep
        # A path that is written as one in the project belongs to it wherever its links lead.
        for path, root in ((folder + os.sep, self.roots[0]), (real, self.roots[1])):
            if path.startswith(root):
                return "nobody's" if self._is_installed(path, root) else "ours"
        return "nobody's" if real.startswith(self.foreign) else "somebody's"

    def _is_installed(self, path: str, root: str) -> bool:
        real = os.path.realpath(path) + os.sep
        if real.startswith(ENGINE) or not INSTALLED_PARTS.isdisjoint(path[len(root) :].split(os.sep)):
            return True
        if self.prefix.startswith(self.roots[1]) and self.prefix != self.roots[1] and real.startswith(self.prefix):
            return True
        while path != root:
            if os.path.exists(path + "pyvenv.cfg"):
                return True
            path = os.path.dirname(path.rstrip(os.sep)) + os.sep
        return False


def line_in(error: BaseException, *paths: str) -> int:
    """The line of a file, or of one of several, that an error comes from; 0 where it comes from elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename in paths), 0)
