// The glossary's index shows only the entries that hold what is typed, in a term, another name for it, or its
// definition; where there are none, the entry whose name is nearest to it.
{
  const readEntry = (term) => {
    const definition = term.nextElementSibling;
    const also = definition.querySelector(".lesson-also")?.textContent.replace(/^Also: |\.$/g, "").split(", ") ?? [];
    const text = `${term.textContent} ${definition.textContent}`.toLowerCase();
    return { parts: [term, definition], names: [term.textContent.trim(), ...also], text };
  };

  const takeUpFilter = () => {
    const filter = document.querySelector("#term-filter");
    if (!filter) return;
    const status = filter.parentElement.querySelector("[role=status]");
    const lists = [...document.querySelectorAll(".lesson-terms > dl")];
    const entries = [...document.querySelectorAll(".lesson-terms > dl > dt")].map(readEntry);
    const find = (typed) => {
      const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
      return entries.filter((entry) => words.every((word) => entry.text.includes(word)));
    };
    const showMatches = () => {
      const typed = filter.value.trim();
      let shown = find(typed);
      status.textContent = typed ? `${shown.length} of ${entries.length} terms` : "";
      if (!shown.length) {
        const near = lessonpressNearest(typed, entries.flatMap((entry) => entry.names));
        shown = entries.filter((entry) => entry.names.includes(near));
        status.textContent = `No term has “${typed}”.${near ? ` Did you mean “${near}”?` : ""}`;
      }
      for (const entry of entries) entry.parts.forEach((part) => (part.hidden = !shown.includes(entry)));
      for (const list of lists) {
        list.hidden = !list.querySelector("dt:not([hidden])");
        list.previousElementSibling.hidden = list.hidden; // its letter
      }
    };
    filter.addEventListener("input", showMatches);
    filter.parentElement.hidden = false;
    showMatches(); // the browser may have kept what was typed before
  };

  // Material can change pages without loading anew, and says so here.
  if (globalThis.document$) document$.subscribe(takeUpFilter);
  else takeUpFilter();
}
