// The map of the glossary: the lines of a term come out when it is pointed at or focused, and one stop of the keyboard
// leads into the map, in which the arrows walk from term to term.
{
  const takeUpMap = (map) => {
    const terms = [...map.querySelectorAll(".lesson-map-term")];
    const lines = [...map.querySelectorAll(".lesson-map-link")];
    const boxes = terms.map((term) => term.querySelector("rect").getBBox());
    const middles = boxes.map((box) => box.x + box.width / 2);

    const bringOut = (place) => {
      const number = terms.indexOf(place.closest(".lesson-map-term"));
      const near = new Set();
      for (const line of lines) {
        const ends = line.dataset.ends.split(" ").map(Number);
        line.classList.toggle("lesson-map-near", ends.includes(number));
        if (ends.includes(number)) ends.forEach((end) => near.add(end));
      }
      terms.forEach((term, other) => term.classList.toggle("lesson-map-near", near.has(other)));
    };
    // The term that is nearest across, in the next line up or down.
    const beyond = (number, down) => {
      const ahead = boxes.map((box, other) => other).filter((other) => (boxes[other].y - boxes[number].y) * down > 0);
      const line = Math.min(...ahead.map((other) => Math.abs(boxes[other].y - boxes[number].y)));
      const there = ahead.filter((other) => Math.abs(boxes[other].y - boxes[number].y) === line);
      const off = (other) => Math.abs(middles[other] - middles[number]);
      return there.sort((one, two) => off(one) - off(two))[0];
    };
    const steps = {
      ArrowRight: (number) => number + 1,
      ArrowLeft: (number) => number - 1,
      ArrowDown: (number) => beyond(number, 1),
      ArrowUp: (number) => beyond(number, -1),
      Home: () => 0,
      End: () => terms.length - 1,
    };
    const stopAt = (stop) => terms.forEach((term) => term.setAttribute("tabindex", term === stop ? 0 : -1));

    const sought = terms.find((term) => term.id === location.hash.slice(1)); // by a link from a term's page
    stopAt(sought ?? terms[0]);
    if (sought) bringOut(sought);
    map.addEventListener("pointerover", (event) => bringOut(event.target));
    map.addEventListener("focusin", (event) => {
      bringOut(event.target);
      if (terms.includes(event.target)) stopAt(event.target);
    });
    map.addEventListener("keydown", (event) => {
      const next = terms[steps[event.key]?.(terms.indexOf(event.target.closest(".lesson-map-term")))];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  };
  const takeUpMaps = () => document.querySelectorAll(".lesson-map svg").forEach(takeUpMap);
  if (globalThis.document$) document$.subscribe(takeUpMaps);
  else takeUpMaps();
}
