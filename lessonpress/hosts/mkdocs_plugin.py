"""MkDocs' events turned into calls: the course's pages handed to MkDocs as Markdown of its own."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Literal

from jinja2 import FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs_jupyter.plugin import Plugin as JupyterPlugin

from lessonpress.course import BuildResult, Course
from lessonpress.hosts import requirements
from lessonpress.hosts.assets import add_assets, name_assets
from lessonpress.hosts.rendered import Renders
from lessonpress.printing.formulas import FormulaError, set_formulas, signs_in, subset_font
from lessonpress.printing.notebook import write_notebook
from lessonpress.problems import CannotGoOn
from lessonpress.progress import show_progress
from lessonpress.settings import Options, Settings

log = logging.getLogger("mkdocs.plugins.lessonpress")

LEFT_OVER_SECONDS = 3600
FONT = "assets/stix-two-math.woff2"


class LessonPlugin(JupyterPlugin):  # type: ignore[misc]
    """mkdocs-jupyter's plugin, which takes `.py` files for pages and publishes their source, with pages in Markdown."""

    config_class = Options

    def __init__(self) -> None:
        super().__init__()
        self.serving = False
        self.course: Course | None = None
        self.result = BuildResult()
        self.site_dir: Path | None = None
        self.built = False

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.root = Path(os.path.abspath(config.config_file_path)).parent
        try:
            requirements.check()
            settings = Settings.of_options(self.root, Path(config.docs_dir), config.nav, self.config)
        except CannotGoOn as error:
            raise PluginError(str(error)) from error
        name_assets(config)
        if self.course is None or self.course.settings != settings:
            if self.course is not None:
                self.course.close()
            self.course = Course(settings)
        if self.serving:
            self.course.pool.start()  # imports while MkDocs goes on, and stays for the next edit
        else:
            # A build goes to a folder beside the site's, which takes its place only when all went well.
            self.site_dir = Path(config.site_dir)
            self.site_dir.parent.mkdir(parents=True, exist_ok=True)
            _recover(self.site_dir)
            self.new_site_dir = _beside(self.site_dir, "building")
            config.site_dir = str(self.new_site_dir)
        return config

    def on_pre_build(self, config: MkDocsConfig) -> None:
        self.built = False
        self.font_signs: set[str] = set()

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        assert self.course is not None
        try:
            self.result = self.course.build(functools.partial(show_progress, say=log.info))
        except CannotGoOn as error:
            raise PluginError(str(error)) from error
        self._report()
        for path in self.result.pages:
            if not path.startswith(f"{self.course.settings.docs}/"):
                files.append(File(path, str(self.root), config.site_dir, config.use_directory_urls))
        for page in self.result.pages.values():
            for path, text in page.files.items():
                files.append(File.generated(config, path, content=text))
        add_assets(files, config)
        wrapped: Files = super().on_files(files, config)
        return wrapped

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        assert self.course is not None
        self.renders = Renders(self.course.cache.folder, config, files)
        return nav

    def on_pre_page(self, page: SitePage, config: MkDocsConfig, files: Files) -> SitePage:
        self.renders.attach(page)
        if self.should_include(page.file):
            self._set_nb_url(page)
        return page

    def should_include(self, file: File) -> bool:
        return file.src_uri.endswith(".py") and file.src_uri in self.result.pages

    def on_page_read_source(self, page: SitePage, config: MkDocsConfig) -> str | None:
        return "" if self.should_include(page.file) else None

    def on_page_markdown(self, markdown: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        source = self._source_of(page.file)
        if source not in self.result.pages:
            return markdown
        term = self.result.terms.get(page.file.name) if source.startswith(f"{self.config.glossary}/") else None
        if term:
            page.meta["description"] = term.definition
        return self.result.pages[source].markdown

    def on_page_content(self, html: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        try:
            content = set_formulas(html)
        except FormulaError as error:
            source = self._source_of(page.file)
            text = self.result.lessons[source].text if source in self.result.lessons else ""
            line = text.count("\n", 0, max(text.find(error.tex), 0)) + 1
            message = f"{source}:{line}: {error}"
            if not self.serving:
                raise PluginError(message) from error
            log.error(message)
            return html
        self.font_signs |= signs_in(content)
        return content

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        assert self.course is not None
        templates = self.course.cache.folder / "templates"
        templates.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(templates))  # the theme's take half a second to compile
        if self.font_signs:
            font = subset_font(self.font_signs, self.course.cache.folder)
            files.append(File.generated(config, FONT, content=font))
        return env

    def on_post_page(self, output: str, page: SitePage, config: MkDocsConfig) -> str:
        super().on_post_page(output, page, config)
        lesson = self.result.lessons.get(page.file.src_uri)
        if lesson is not None and self.should_include(page.file):
            notebook = write_notebook(lesson, self.result.runs[lesson.path], page.canonical_url or "")
            Path(page.file.abs_dest_path).with_name(f"{lesson.name}.ipynb").write_text(notebook, encoding="utf-8")
        return output

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        if self.course is not None:
            self.course.pool.import_later()  # an edit may want it
        for folder in (self.config.lessons, self.config.glossary):
            server.watch(str(self.root / folder))
        return server

    def on_post_build(self, config: MkDocsConfig) -> None:
        self.built = True

    def on_build_error(self, error: Exception) -> None:
        self.built = False

    def on_shutdown(self) -> None:
        if self.course is not None:
            self.course.close()
        if self.site_dir is not None:
            if self.built:
                _publish(self.new_site_dir, self.site_dir)
            shutil.rmtree(self.new_site_dir, ignore_errors=True)

    def _report(self) -> None:
        """Under `serve` say what is wrong and go on, since the page shows it; else end the build."""
        problems = self.result.problems
        if not problems:
            return
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        message = "\n\n".join([f"{count} in the course:", *map(str, problems)])
        if not self.serving:
            raise PluginError(f"{message}\n\nThe site is as it was.")
        log.error(message)

    def _source_of(self, file: File) -> str:
        assert self.course is not None
        path = file.src_uri
        return path if path in self.result.pages else f"{self.course.settings.docs}/{path}"


def _beside(site: Path, what: str) -> Path:
    """A new folder next to the site's, on the same disk, so that a rename is all it takes."""
    return Path(tempfile.mkdtemp(prefix=f".{site.name}-{what}-", dir=site.parent))


def _recover(site: Path) -> None:
    """Put back a site that a process killed between two renames has left aside, and clear away what others left."""
    aside = sorted(site.parent.glob(f".{site.name}-old-*/*"), key=lambda path: path.stat().st_mtime)
    if aside and not site.exists():
        os.replace(aside[-1], site)
    for left in site.parent.glob(f".{site.name}-*-*"):
        if time.time() - left.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _publish(new: Path, site: Path) -> None:
    """Let what was built take the site's place, by two renames."""
    old = _beside(site, "old")
    new.chmod(0o755)  # as any folder is that MkDocs makes; a temporary one is closed to others
    for _ in range(10):  # another build may publish between the two
        with contextlib.suppress(FileNotFoundError):
            os.replace(site, old / str(time.monotonic_ns()))
        try:
            os.replace(new, site)
            break
        except OSError:
            continue
    shutil.rmtree(old, ignore_errors=True)
