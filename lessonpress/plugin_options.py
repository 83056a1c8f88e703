"""The plugin's options in `mkdocs.yml`, as MkDocs has them declared; `Settings` says what each means."""

from __future__ import annotations

from mkdocs.config import config_options as c
from mkdocs.config.base import Config, ConfigErrors, ConfigWarnings, ValidationError

from lessonpress.problems import did_you_mean
from lessonpress.settings import OPTION_NAMES, Settings


class Options(Config):
    """What `mkdocs.yml` may say below the plugin's name."""

    lessons = c.Type(str, default=Settings.lessons)
    glossary = c.Type(str, default=Settings.glossary)
    cache = c.Type(str, default=Settings.cache)
    workers = c.Type(int, default=Settings.workers)
    limit = c.Type((int, float), default=Settings.limit)
    preload = c.ListOfItems(c.Type(str), default=list(Settings.preload))
    avoid = c.ListOfItems(c.Type(str), default=[])
    claims = c.ListOfItems(c.Type(str), default=[])
    # Two that mkdocs-jupyter's class reads: publish each lesson's source beside its page, and nothing else.
    include_source = c.Type(bool, default=True)
    data_files = c.Type(dict, default={})

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """As MkDocs does it; but an option that isn't known, of which it warns, is an error that names the nearest."""
        errors, warnings = super().validate()
        told = [(name, ValidationError(f"{what}{did_you_mean(name, OPTION_NAMES)}")) for name, what in warnings]
        return [*errors, *told], []
