"""MkDocs' events turned into calls: the course's pages handed to MkDocs as Markdown of its own."""

from __future__ import annotations

import contextlib
import functools
import gc
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage

from lessonpress.course import BuildResult, Course
from lessonpress.hosts import mkdocs_log, requirements
from lessonpress.hosts.assets import add_assets, name_assets
from lessonpress.hosts.defaults import add_extensions, ask_no_other_host, stand_in
from lessonpress.hosts.downloads import Downloads, take_home
from lessonpress.hosts.jupyter import JupyterPlugin
from lessonpress.hosts.packing import Offer, Packing
from lessonpress.hosts.page_memory import InMemory, OnDisk, PageMemory
from lessonpress.hosts.pictures import lead_to_pictures, lost_pictures
from lessonpress.hosts.policy import add_policies
from lessonpress.hosts.published import SITEMAP, Published, describe, without_dates
from lessonpress.hosts.rendered import Renders, is_known, make_page, populate
from lessonpress.hosts.search import find_index, improve_index, keep_entries
from lessonpress.hosts.site_folder import BuildFolder, check_site
from lessonpress.hosts.templates import quicken
from lessonpress.hosts.term_pages import chain_pages, lead_map, mark_index
from lessonpress.hosts.watched import Watched
from lessonpress.kept.ahead import make_ahead
from lessonpress.kept.files import write_whole
from lessonpress.plugin_options import Options
from lessonpress.printing.anchors import put_back_escaped, repeated_ids
from lessonpress.printing.figures import set_drawings
from lessonpress.printing.formulas import FormulaError, keep_formulas, signs_in, subset_font
from lessonpress.printing.frame import frame_lessons
from lessonpress.printing.glossary import in_order
from lessonpress.printing.ignored import without_ignored
from lessonpress.problems import LABELS, CannotGoOn
from lessonpress.progress import no_progress, show_progress, sum_up
from lessonpress.read.lesson import Lesson
from lessonpress.read.percent import cell_reader
from lessonpress.settings import Settings

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer  # which brings what watches folders

    from lessonpress.hosts.express import Express
    from lessonpress.hosts.preview import Preview

log = logging.getLogger("mkdocs.plugins.lessonpress")

FONT = "assets/stix-two-math.woff2"
FIRST, LAST = 1000.0, -1000.0  # priorities of what comes before and after all other plugins


class LessonPlugin(JupyterPlugin):  # type: ignore[misc]
    """mkdocs-jupyter's plugin, which takes `.py` files for pages and publishes their source, with pages in Markdown."""

    config_class = Options

    def __init__(self) -> None:
        super().__init__()
        self.serving = self.dirty = False
        self.course: Course | None = None
        self.preview: Preview | None = None
        self.last: Express | None = None
        self.memory: PageMemory | None = None
        self.offers: dict[str, Offer] = {}
        self.packing: Packing | None = None
        self.served = ""  # the folder that a preview shows
        self.result = BuildResult()
        self.folder: BuildFolder | None = None
        self.watched: Watched | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self.serving, self.dirty = command == "serve", dirty
        # What has been imported stays: to look through it for garbage again and again takes a tenth of a build.
        gc.freeze()

    @event_priority(FIRST)
    def _begin(self, config: MkDocsConfig) -> MkDocsConfig:
        self.began = time.monotonic()
        self.root = Path(os.path.abspath(config.config_file_path or "mkdocs.yml")).parent
        quicken(config.theme, self.root / self.config.cache / "templates")  # which search asks for already
        return config

    def _set_up(self, config: MkDocsConfig) -> MkDocsConfig:
        self._end_build()
        mkdocs_log.leave_to_us()
        try:
            excluded = config.exclude_docs
            if config.draft_docs and not self.serving:  # which a preview shows
                excluded = excluded + config.draft_docs if excluded else config.draft_docs
            settings = Settings.of_options(self.root, Path(config.docs_dir), config.nav, self.config, excluded)
            requirements.check_once(self.root / settings.cache)
            check_site(Path(config.site_dir), (self.root / settings.lessons, self.root / settings.glossary))
            add_extensions(config)
        except CannotGoOn as error:
            raise PluginError(str(error)) from error
        ask_no_other_host(config)
        name_assets(config)
        if self.course is None or self.course.settings != settings:
            if self.course is not None:
                self.course.close()
            self.course = Course(settings)
            self.course.take_home = functools.partial(take_home, config)
        if self.serving and self.dirty:
            return config
        folder = self.root / settings.cache
        if self.memory is None:
            on_disk = OnDisk(folder, self.root, "preview" if self.serving else "build")
            self.memory = PageMemory([InMemory(), on_disk] if self.serving else [on_disk], self._write_beside)
        elif self.serving:
            self.memory.stores = [store for store in self.memory.stores if isinstance(store, InMemory)] or [InMemory()]
        if self.serving:
            # The first site comes sooner if no lesson takes a core from it while its pages are read.
            self.course.run_in_background(self._show_end, self._tell_end, held=True)
        else:
            site = Path(config.site_dir)
            shown = site.relative_to(self.root).as_posix() if site.is_relative_to(self.root) else site
            log.info(f"Building documentation to directory: {shown}")
        self.folder = BuildFolder(config)
        return config

    on_config = CombinedEvent(_begin, _set_up)

    def on_pre_build(self, config: MkDocsConfig) -> None:
        self.font_signs: set[str] = set()

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        assert self.course is not None
        try:
            told = functools.partial(show_progress, say=log.info) if log.isEnabledFor(logging.INFO) else no_progress
            self.result = self.course.build(told)
        except CannotGoOn as error:
            raise PluginError(str(error)) from error
        if not self.serving:
            self.course.close()  # all have run, and beside the thread that heard of them nothing is made ahead
        self._report()
        lessons = [lesson for path, lesson in self.result.lessons.items() if path.endswith(".py")]
        self.frames = dict(frame_lessons(lessons, self.result.exercises.values()))
        for path, page in self.result.pages.items():
            if page.made:
                files.append(File.generated(config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV))
            elif not path.startswith(f"{self.course.settings.docs}/"):
                files.append(File(path, str(self.root), config.site_dir, config.use_directory_urls))
        for page in self.result.pages.values():
            for path, text in page.files.items():
                files.append(File.generated(config, path, content=text))
            for place, path in page.pictures.items():
                if place == path and files.get_file_from_path(place) is None:
                    files.append(File(path, str(self.root), config.site_dir, config.use_directory_urls))
        self.drawings = {path: svg for page in self.result.pages.values() for path, svg in page.drawings.items()}
        self._leave_out(files)
        add_assets(files, config)
        places = [lesson.place for lesson in self.result.lessons.values() if lesson.place.endswith(".py")]
        self.published = Published(config, places, self.course.cache.folder, self.serving)
        self.downloads = Downloads(self.course.settings, self.result, config, self.course.last)
        self.zips: dict[str, list[Lesson]] = {}
        if not self.result.problems:  # a failed lesson has nothing to take home
            zips = self.downloads.zips()
            self.zips = {path: lessons for path, lessons in zips.items() if files.get_file_from_path(path) is None}
            for path, content in [*self.downloads.files(), *((path, b"") for path in self.zips)]:
                if files.get_file_from_path(path) is None:
                    files.append(File.generated(config, path, content=content))
        wrapped: Files = super().on_files(files, config)
        return wrapped

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        assert self.course is not None
        self.nav = nav
        self.renders = Renders(self.course.cache.folder, self.root, config, files)
        chain_pages([term.page.place for term in in_order(self.result.terms.values())], nav, files)
        self._begin_packing(config, files)
        self._render_ahead(config, files)
        return nav

    def _begin_packing(self, config: MkDocsConfig, files: Files) -> None:
        """Have zips and notebooks made while the pages are; a preview has each made when somebody asks for it."""
        inclusion = InclusionLevel.is_in_serve if self.serving else InclusionLevel.is_included
        self.offers = {}
        for file in files.documentation_pages(inclusion=inclusion):
            if self.should_include(file):
                self.offers[_beside(file, config)] = Offer(
                    functools.partial(self.downloads.notebook, self._source_of(file))
                )
        for path, lessons in self.zips.items():
            self.offers[path] = Offer(functools.partial(self.downloads.pack, path), [one.path for one in lessons])
        if self.folder is not None and not self.serving:
            self.packing = Packing(self.offers, self.folder.aside)

    def _render_ahead(self, config: MkDocsConfig, files: Files) -> None:
        """Have all cores make what is kept of the pages that changed, where no other plugin has a hand in it."""
        if not is_known(config, "pre_page", "page_read_source", "page_markdown", "page_content"):
            return
        pages = ((file, self.result.pages.get(self._source_of(file))) for file in files.documentation_pages())
        new = [file for file, page in pages if page and not self.renders.has(file.src_uri, page.markdown)]
        if not new:
            return
        assert self.course is not None
        index = find_index(config)
        add_entries = keep_entries(index, self.course.cache.folder, self.result) if index is not None else None

        def make(file: File) -> None:
            page = populate(file, config, files)
            if add_entries is not None:
                add_entries(page)

        make_ahead([functools.partial(make, file) for file in new])

    def on_pre_page(self, page: SitePage, config: MkDocsConfig, files: Files) -> SitePage:
        self.renders.attach(page)
        if self.should_include(page.file):
            self._set_nb_url(page)
        return page

    def should_include(self, file: File) -> bool:
        return file.src_uri.endswith(".py") and self._source_of(file) in self.result.pages

    def on_page_read_source(self, page: SitePage, config: MkDocsConfig) -> str | None:
        source = self._source_of(page.file)
        if source not in self.result.pages:
            return None
        has_meta = source.endswith(".md") and source in self.result.lessons
        return self.result.lessons[source].text if has_meta else ""

    def on_page_markdown(self, markdown: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        source = self._source_of(page.file)
        if source not in self.result.pages:
            return markdown
        if source in self.frames:
            page.meta["lesson"] = self.frames[source]  # for the theme, which shows as much of it as it likes
        return self.result.pages[source].markdown

    def on_page_content(self, html: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        if page.present_anchor_ids:  # MkDocs collects them before Markdown has put escaped signs back
            page.present_anchor_ids = set(map(put_back_escaped, page.present_anchor_ids))
        source = self._source_of(page.file)
        for identity in repeated_ids(html):
            log.warning(f"{source}: two elements have the id '{identity}'; give one another")
        text = self.result.lessons[source].text if source in self.result.lessons else ""
        for line, picture in lost_pictures(text, html, page.file, files):
            log.warning(f"{source}:{line}: picture '{picture}' isn't there; name it as seen from this file")
        try:
            assert self.course is not None
            content = keep_formulas(html, self.course.cache.folder)
        except FormulaError as error:
            message = f"{source}:{error.line_in(text)}: {error}"
            if not self.serving:
                raise PluginError(message) from error
            log.error(message)
            return html
        self.font_signs |= signs_in(content)
        term = self.result.terms.get(page.file.name) if page.file.src_uri.startswith(f"{self.glossary}/") else None
        describe(page, content, term.definition if term else config.site_description if page.is_homepage else "")
        return lead_map(lead_to_pictures(content, page.file, files), page.file, files)

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        assert self.course is not None
        env.auto_reload = False  # else each use of each template asks the disk; the next build has an environment anew
        improve_index(config, files, self.result, self.course.cache.folder)
        self.files = files
        self.env = env
        jobs: list[Callable[[], object]] = []
        cut_font = functools.partial(subset_font, self.font_signs, self.course.cache.folder)
        if self.memory is not None:
            pages = [file.page for file in files.documentation_pages() if file.page is not None]
            self.memory.begin(config, self.nav, pages, self.drawings)
            if self.memory.has_to_make_all():
                jobs = [functools.partial(make_page, page, config, files, self.nav, env) for page in pages]
        make_ahead([cut_font, *jobs] if self.font_signs else jobs)
        if self.font_signs:
            files.append(File.generated(config, FONT, content=cut_font()))
        for file in list(self.published.files(files)):
            files.append(file)
        if self.course.background is not None:
            self.course.background.begin()
        return env

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        return without_dates(output_content) if template_name == SITEMAP else stand_in(output_content, config)

    def on_page_context(self, context: Any, page: SitePage, config: MkDocsConfig, nav: Navigation) -> Any:
        mark_index(page, self.glossary, self.files, active=True)
        return context

    def on_post_page(self, output: str, page: SitePage, config: MkDocsConfig) -> str:
        mark_index(page, self.glossary, self.files, active=False)
        self._write_beside(page, config)
        return self.published.add_head(set_drawings(stand_in(output, config), page.url, self.drawings), page)

    def _write_beside(self, page: SitePage, config: MkDocsConfig) -> None:
        """A lesson's source beside its page, and in a preview an empty file for its notebook, until one asks for it."""
        with contextlib.suppress(FileNotFoundError):  # gone for a moment, or a link that leads nowhere
            super().on_post_page("", page, config)
        if self.serving and self.should_include(page.file):
            Path(config.site_dir, _beside(page.file, config)).write_bytes(b"")

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        from lessonpress.hosts.preview import Preview

        assert self.course is not None
        self.serving = True  # `serve --clean` begins as a build
        cell_reader()  # while no thread answers a browser, for which it might import the same
        if not self.dirty:
            self.preview = Preview(
                server, self._make_one, self._pack, self.course.begin_anew, self._tell_underway, self.root
            )
            if self.served:
                server.root = self.served
            for path in self.course.ended:
                self.preview.end(path)
        self.watched = Watched(server)
        self._follow(config)
        return server

    @event_priority(LAST)
    def on_post_build(self, config: MkDocsConfig) -> None:
        changed = None
        if self.folder is not None and self.serving:
            from lessonpress.hosts.express import Express

            assert self.course is not None
            self.last = Express(
                self.course, self.result, self.offers, self.drawings, config, self.files, self.nav, self.env
            )
            self.served, self.folder = self.folder.leave(), None
            if self.preview is not None:
                self.preview.server.root = self.served
        elif self.folder is not None:
            assert self.course is not None
            if config.strict and mkdocs_log.has_warned():
                log.info("The site is as it was.")
                return
            Path(config.site_dir, f"{SITEMAP}.gz").unlink(missing_ok=True)  # another one each day
            if self.packing is not None:
                self.packing.carry_into(Path(config.site_dir))
            add_policies(Path(config.site_dir))
            try:
                changed = self.folder.publish(self.course.cache.folder / "publish.lock")
            except CannotGoOn as error:
                raise PluginError(str(error)) from error
        else:  # a preview that makes only what changed has no folder of its own, and nobody to ask
            for path, offer in self.offers.items():
                write_whole(Path(config.site_dir, path), offer.make())
        self._end_build()
        self._follow(config)
        pages = sum(path.endswith(".md") for path in self.result.pages)
        runs = {path: run for path, run in self.result.runs.items() if path in self.result.lessons}
        log.info(sum_up(runs, self.result.rerun, pages, changed, time.monotonic() - self.began))

    def on_build_error(self, error: Exception) -> None:
        self._end_build()

    def on_shutdown(self) -> None:
        self._end_build()
        self.serving = False
        if self.memory is not None:
            self.memory.close()
            self.memory = None
        if self.preview is not None:
            self.preview.close()
        if self.course is not None:
            self.course.close()

    def _end_build(self) -> None:
        """Give MkDocs the site's own folder back; nothing is running by then but what a preview needs again."""
        if self.packing is not None:
            self.packing.wait()
            self.packing = None
        if self.folder is not None:
            self.folder.close()
            self.folder = None
        if self.course is not None and not self.serving:
            self.course.close()

    def _show_end(self, lesson: Lesson) -> None:
        """A lesson has ended in the background."""
        if self.preview is not None:
            self.preview.end(lesson.path)

    def _tell_end(self, lesson: Lesson, what: str, seconds: float) -> None:
        if lesson.path.endswith(".py"):
            log.info(f"{lesson.path} ran in {seconds:.1f} s" if what == "ended" else f"{lesson.path} {what}")

    def _tell_underway(self) -> dict[str, Any]:
        return self.last.underway() if self.last is not None else {"running": [], "waiting": [], "later": []}

    def _make_one(self, path: str) -> bool:
        """Make the page of one source anew, in the site of a preview; false where it can't be or is the same."""
        made = self.last.make(path) if self.last is not None else ""
        if made and self.preview is not None:
            self.preview.note_made([made])
        return bool(made)

    def _pack(self, path: str) -> bool:
        """Have a preview hold what someone asks for to take home: to make all of it after each edit takes its time."""
        return self.last is None or self.last.pack(path)

    def _follow(self, config: MkDocsConfig) -> None:
        if self.watched is not None:
            assert self.course is not None
            settings = self.course.settings
            folders = [self.root / settings.lessons, self.root / settings.glossary]
            folders += [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
            runs = self.result.runs
            if self.watched.follow(self.root, Path(config.docs_dir), folders, runs.values()) and self.preview:
                for path in self.course.overtaken(runs):
                    self.preview.end(path)  # to make its page anew means to have it run again

    def _report(self) -> None:
        """Under `serve` say what is wrong and go on, since the page shows it; else end the build."""
        for note in (note for page in self.result.pages.values() for note in page.notes):
            log.info(note)
        for path, warnings in self.result.warnings.items():
            for warning in without_ignored(path, self.result.lessons[path].text, warnings):
                if warning.code == LABELS:  # of comments that ignore nothing only `check` tells, which knows of all
                    log.warning(str(warning))
        problems = self.result.problems
        if not problems:
            return
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        message = "\n\n".join([f"{count} in the course:", *map(str, problems)])
        if not self.serving:
            raise PluginError(f"{message}\n\nThe site is as it was.")
        log.error(message)

    def _leave_out(self, files: Files) -> None:
        """Leave out other modules that lie with the lessons in the pages' folder, and what Python made of them."""
        assert self.course is not None
        folder = self.course.settings.site_path(self.course.settings.lessons)
        for file in list(files):
            path = file.src_uri
            is_code = path.endswith((".py", ".pyc")) or "/__pycache__/" in path
            if is_code and path.startswith(f"{folder}/") and not self.should_include(file):
                files.remove(file)

    @property
    def glossary(self) -> str:
        """The glossary's place in the site."""
        assert self.course is not None
        return self.course.settings.site_path(self.course.settings.glossary)

    def _source_of(self, file: File) -> str:
        assert self.course is not None
        path = file.src_uri
        return path if path in self.result.pages else f"{self.course.settings.docs}/{path}"


def _beside(file: File, config: MkDocsConfig) -> str:
    """The place of a lesson's notebook in the site, beside its page."""
    page = Path(file.abs_dest_path).relative_to(config.site_dir)
    return page.with_name(f"{file.name}.ipynb").as_posix()
