// What the theme leaves undone for keyboard and screen reader, and which lessons one has read, kept in the reader's own
// browser and nowhere else.

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

// Its labels that open drawer and search are no buttons for the keyboard; without this script they still are for a pointer.
for (const label of document.querySelectorAll(".site-menu, .site-find")) {
  const toggle = document.getElementById(label.htmlFor);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: label.className, title: label.title, innerHTML: label.innerHTML });
  button.setAttribute("aria-label", label.title);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => toggle.click());
  toggle.addEventListener("change", () => {
    button.setAttribute("aria-expanded", toggle.checked);
    if (toggle.checked && toggle.id === "__drawer") document.querySelector(".site-nav a").focus();
  });
  label.replaceWith(button);
}

addEventListener("keydown", (event) => {
  const drawer = document.querySelector("#__drawer");
  if (event.key === "Escape" && drawer.checked) drawer.click();
});

// What the browser keeps may be blocked, full, or from another site: then nothing has been read, and all else works.
const READ = "from-one-neuron-read";
const readLessons = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(READ));
    return new Set(Array.isArray(kept) ? kept.filter((entry) => typeof entry === "string") : []);
  } catch {
    return new Set();
  }
};

const showRead = (read = readLessons()) => {
  for (const link of document.querySelectorAll("[data-lesson]")) {
    if (!read.has(link.dataset.lesson) || link.matches(".site-read")) continue;
    link.classList.add("site-read");
    const ring = link.querySelector(".site-ring");
    ring.setAttribute("role", "img");
    ring.setAttribute("aria-label", "Read:");
  }
  const links = [...document.querySelectorAll(".site-nav [data-lesson]")];
  const last = links.findLastIndex((link) => read.has(link.dataset.lesson));
  const next = links.slice(last + 1).find((link) => !read.has(link.dataset.lesson));
  const start = document.querySelector(".site-start");
  if (start && next && last >= 0) {
    start.href = next.href;
    start.textContent = `Continue with ${next.textContent.trim()} →`;
  }
};

const end = document.querySelector("[data-end]");
if (end) {
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    const read = readLessons().add(end.dataset.end);
    try {
      localStorage.setItem(READ, JSON.stringify([...read].sort()));
      showRead(read);
    } catch {}
  }).observe(end);
}
showRead();

// In a low window the list of lessons is longer than its place, once the theme has given it one: the lesson that is
// read shall be seen.
const here = document.querySelector(".site-nav [aria-current]");
if (here) {
  new ResizeObserver(([{ target }], observer) => {
    if (target.scrollHeight <= target.clientHeight) return;
    observer.disconnect();
    const [place, mine] = [target.getBoundingClientRect(), here.getBoundingClientRect()];
    if (mine.bottom > place.bottom - 40) target.scrollTop += mine.top - place.top - place.height / 2;
  }).observe(document.querySelector(".md-sidebar--primary .md-sidebar__scrollwrap"));
}
