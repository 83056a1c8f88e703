// What is wider than its column (code, results, tables, formulas) can be reached and scrolled by keyboard, and its edge
// fades where it goes on. One that fits is no stop for the keyboard, and nothing of it fades.
{
  const ALL = "pre, pre > code, .md-typeset__scrollwrap, .lesson-table, math";
  const watched = new WeakSet();

  const nameOf = (element) => (element.querySelector("table") ? "Table" : element.closest(".lesson-output") ? "Result" : "Code");
  const update = (element) => {
    const rest = element.scrollWidth - element.clientWidth;
    const wide = rest > 1 && getComputedStyle(element).overflowX !== "visible";
    const place = Math.abs(element.scrollLeft);
    element.classList.toggle("lesson-more-before", wide && place > 1);
    element.classList.toggle("lesson-more-after", wide && place < rest - 1);
    if (wide === element.classList.contains("lesson-wide")) return;
    element.classList.toggle("lesson-wide", wide);
    if (wide) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
    if (element.localName === "math") return; // it has a role of its own, and says what it is
    element.toggleAttribute("role", wide);
    if (!wide) return element.removeAttribute("aria-label");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", `${nameOf(element)}, wider than the page`);
  };

  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => update(entry.target)));
  const takeUp = () => {
    for (const element of document.querySelectorAll(ALL)) {
      if (watched.has(element)) continue;
      watched.add(element);
      sizes.observe(element);
      element.addEventListener("scroll", () => update(element), { passive: true });
    }
  };

  // A theme may put a table into a box that scrolls once the page has loaded.
  new MutationObserver(takeUp).observe(document.body, { childList: true, subtree: true });
  document.fonts?.ready.then(() => document.querySelectorAll(ALL).forEach(update));
  takeUp();
}
