// What is wider than its column (code, results, tables, formulas) can be reached and scrolled by keyboard, and its edge
// fades where it goes on. One that fits is no stop for the keyboard, and nothing of it fades.
{
  const ALL = "pre, pre > code, .md-typeset__scrollwrap, .lesson-table, math";
  const watched = new WeakSet();

  const nameOf = (element) => (element.querySelector("table") ? "Table" : element.closest(".lesson-output") ? "Result" : "Code");
  const measure = (element) => {
    const rest = element.scrollWidth - element.clientWidth;
    const wide = rest > 1 && getComputedStyle(element).overflowX !== "visible";
    return { element, rest, wide, place: Math.abs(element.scrollLeft) };
  };
  const show = ({ element, rest, wide, place }) => {
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
  // All are measured before one is changed: else the browser would lay out the page anew for each.
  const update = (elements) => elements.map(measure).forEach(show);

  const sizes = new ResizeObserver((entries) => update(entries.map((entry) => entry.target)));
  const takeUp = () => {
    for (const element of document.querySelectorAll(ALL)) {
      if (watched.has(element)) continue;
      watched.add(element);
      sizes.observe(element);
      element.addEventListener("scroll", () => update([element]), { passive: true });
    }
  };

  // A font that comes late changes what a box holds, not the box. What lies in closed details is measured once they open:
  // that gives it a size.
  const shown = () => [...document.querySelectorAll(ALL)].filter((element) => !element.closest("details:not([open])"));
  addEventListener("load", () => document.fonts?.ready.then(() => update(shown())));

  // A theme may put a table into a box that scrolls once the page has loaded.
  new MutationObserver(takeUp).observe(document.body, { childList: true, subtree: true });
  // Material takes the stop for the keyboard away from a block that it measured too early.
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.matches(".lesson-wide") && target.tabIndex !== 0) target.tabIndex = 0;
  }).observe(document.body, { attributeFilter: ["tabindex"], subtree: true });
  takeUp();
}
