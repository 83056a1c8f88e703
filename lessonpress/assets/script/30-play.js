// Figures to play with: what changes lies in a file beside the picture, and is fetched when the figure comes near.
{
  const STEP = 120; // milliseconds from one drawing to the next while a figure runs

  const changeElements = (svg, group) => {
    const elements = [svg, ...svg.querySelectorAll("*")];
    const prefixed = (value) => value.replace(/#(?=p\d)/g, `#${svg.dataset.prefix ?? ""}`);
    const shown = new Map();
    return (index) => {
      if (group.whole) {
        const text = group.whole[index].replace(/( id=")(?=p\d)/g, `$1${svg.dataset.prefix ?? ""}`);
        const drawing = new DOMParser().parseFromString(prefixed(text), "image/svg+xml").documentElement;
        svg.setAttribute("viewBox", drawing.getAttribute("viewBox"));
        svg.replaceChildren(...drawing.childNodes);
        return;
      }
      group.changes.forEach(([number, name, found], place) => {
        const value = group.values[found[index]];
        if (shown.get(place) === value) return;
        shown.set(place, value);
        const element = elements[number];
        if (name === "") element.textContent = value ?? "";
        else if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, prefixed(value));
      });
    };
  };

  // The place of a combination among all, the first control's values changing last.
  const indexOf = (controls, places) =>
    controls.reduce((index, control, number) => index * control.values.length + places[number], 0);

  const placeOf = (control, field) => {
    if (control.kind === "switch") return control.values.indexOf(field.checked ? "True" : "False");
    return control.kind === "choice" ? field.selectedIndex : Number(field.value);
  };

  const runThrough = (button, field) => {
    let timer;
    const stop = () => {
      clearInterval(timer);
      timer = undefined;
      button.textContent = "Play";
    };
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (field.value === field.max) field.value = field.min;
      button.textContent = "Stop";
      timer = setInterval(() => {
        field.stepUp();
        field.dispatchEvent(new Event("input", { bubbles: true }));
        if (field.value === field.max || !button.isConnected) stop();
      }, STEP);
    });
    for (const kind of ["pointerdown", "keydown"]) field.addEventListener(kind, () => timer && stop());
  };

  const takeUpGroup = (element, group, change) => {
    const fields = [...element.querySelectorAll("input, select")];
    const says = element.querySelector(".lesson-says");
    const show = () => {
      const places = group.controls.map((control, number) => placeOf(control, fields[number]));
      const index = indexOf(group.controls, places);
      change(index);
      if (says && says.textContent !== group.says[index]) says.textContent = group.says[index];
      fields.forEach((field, number) => {
        if (field.type !== "range") return;
        const value = group.controls[number].values[places[number]];
        field.setAttribute("aria-valuetext", value);
        field.parentElement.querySelector(".lesson-value").textContent = value;
      });
    };
    element.addEventListener("input", show);
    for (const button of element.querySelectorAll("button")) {
      runThrough(button, button.previousElementSibling.querySelector("input"));
    }
    for (const field of element.querySelectorAll(":disabled")) field.disabled = false;
    show(); // the browser may have kept where the reader was before
  };

  const start = async (play) => {
    const answer = await fetch(new URL(play.dataset.play, document.baseURI));
    if (!answer.ok) throw new Error(`no answer from ${answer.url}`);
    const content = await answer.json();
    const svg = play.closest("figure").querySelector("svg");
    if (play.dataset.script) {
      const module = await import(new URL(play.dataset.script, document.baseURI));
      module.default(play, svg, content);
      return;
    }
    play.querySelectorAll(".lesson-controls").forEach((element, number) => {
      takeUpGroup(element, content[number], changeElements(svg, content[number]));
    });
  };

  // What can't be moved is a still figure, without controls that do nothing.
  const stayStill = (play, error) => {
    console.warn(`A figure stays still: ${error}`);
    for (const control of play.querySelectorAll(".lesson-controls > :not(.lesson-says)")) control.remove();
  };

  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        start(entry.target).catch((error) => stayStill(entry.target, error));
      }
    },
    { rootMargin: "400px" },
  );
  const takeUp = () => {
    for (const play of document.querySelectorAll(".lesson-play")) {
      if (play.dataset.taken) continue;
      play.dataset.taken = "yes";
      near.observe(play);
    }
  };
  if (globalThis.document$) document$.subscribe(takeUp);
  else takeUp();
}
