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
