// The glossary's index shows only the entries that hold what is typed, in a term or in its definition.
{
  const takeUpFilter = () => {
    const filter = document.querySelector("#term-filter");
    if (!filter) return;
    const status = filter.parentElement.querySelector("[role=status]");
    const entries = [...document.querySelectorAll(".lesson-filter ~ dl > dt")].map((term) => {
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
  };

  // Material can change pages without loading anew, and says so here.
  if (globalThis.document$) document$.subscribe(takeUpFilter);
  else takeUpFilter();
}
