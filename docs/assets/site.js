// The theme leaves its search dialog and the buttons at code blocks without names, which screen readers want.
const nameThem = () => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.querySelectorAll("nav.md-code__nav").forEach((nav, number) => {
    const name = `Tools for code block ${number + 1}`;
    if (nav.getAttribute("aria-label") !== name) nav.setAttribute("aria-label", name);
  });
};

new MutationObserver(nameThem).observe(document.body, { childList: true, subtree: true });
nameThem();

// The glossary's index shows only the entries that hold what is typed, in a term or in its definition.
const filter = document.querySelector("#term-filter");
if (filter) {
  const status = filter.parentElement.querySelector("[role=status]");
  const entries = [...document.querySelectorAll("article dl > dt")].map((term) => {
    const definition = term.nextElementSibling;
    return { parts: [term, definition], text: `${term.textContent} ${definition.textContent}`.toLowerCase() };
  });
  const showMatches = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = entries.filter((entry) => {
      const matches = words.every((word) => entry.text.includes(word));
      entry.parts.forEach((part) => (part.hidden = !matches));
      return matches;
    });
    status.textContent = words.length ? `${shown.length} of ${entries.length} entries` : "";
  };
  filter.addEventListener("input", showMatches);
  filter.parentElement.hidden = false;
  showMatches(); // the browser may have kept what was typed before
}
