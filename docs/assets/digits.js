// A digit to draw: the network that the lesson has trained reads it in the page.
// `data` has the network's layers (weights with a row for each output, and biases) and some pictures of 8 x 8 pixels,
// each pixel from 0 to 1.

const SIDE = 8;
const HALF = 0.4; // what a stroke leaves in the pixels beside it

const layer = ([weights, biases], inputs) =>
  weights.map((row, output) => row.reduce((sum, weight, input) => sum + weight * inputs[input], biases[output]));

// The probabilities that the network gives to the ten digits: layers with ReLU between them, and a softmax.
export const read = (layers, pixels) => {
  const logits = layers.reduce(
    (inputs, each, number) => layer(each, number ? inputs.map((input) => Math.max(input, 0)) : inputs),
    pixels,
  );
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

export const shift = (pixels, columns) =>
  pixels.map((_, place) => {
    const column = (place % SIDE) - columns;
    return column >= 0 && column < SIDE ? pixels[place - columns] : 0;
  });

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Buttons over the picture's pixels: drawn on by pointer, walked by arrow keys, set and emptied by the space bar.
const makeGrid = (pixels, paint) => {
  const grid = make("div", { className: "digit-grid" });
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", "Picture of 8 by 8 pixels. Arrow keys move, space draws or erases.");
  const buttons = pixels.map((_, place) => make("button", { type: "button", tabIndex: place ? -1 : 0 }));
  grid.append(...buttons);
  grid.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };
    const here = buttons.indexOf(event.target);
    if (!(event.key in steps) || here < 0) return;
    event.preventDefault();
    const there = here + steps[event.key];
    const sameRow = Math.floor(there / SIDE) === Math.floor(here / SIDE);
    if (there < 0 || there >= pixels.length || (Math.abs(steps[event.key]) === 1 && !sameRow)) return;
    buttons[here].tabIndex = -1;
    buttons[there].tabIndex = 0;
    buttons[there].focus();
  });
  grid.addEventListener("click", (event) => {
    if (event.detail === 0) paint(buttons.indexOf(event.target), true); // by keyboard; a pointer has painted already
  });
  const stroke = (event) => {
    if (event.buttons !== 1) return;
    const over = document.elementFromPoint(event.clientX, event.clientY);
    if (buttons.includes(over)) paint(buttons.indexOf(over), false);
  };
  grid.addEventListener("pointerdown", (event) => {
    event.target.releasePointerCapture?.(event.pointerId);
    stroke(event);
  });
  grid.addEventListener("pointermove", stroke);
  const tell = () =>
    buttons.forEach((button, place) => {
      const where = `row ${Math.floor(place / SIDE) + 1}, column ${(place % SIDE) + 1}`;
      button.setAttribute("aria-label", `${where}: ${pixels[place] ? `ink ${pixels[place].toFixed(1)}` : "empty"}`);
    });
  return { grid, tell };
};

export default (play, svg, { data, axes: [picture, bars] }) => {
  const squares = svg.querySelectorAll('[data-name="pixel"] path');
  const strips = svg.querySelectorAll('[data-name="bar"] path');
  for (const square of squares) square.style.fill = "var(--lesson-ink)"; // one without ink has none
  const pixels = [...data.pictures[0]];
  let shown = 0;
  const says = make("output", { className: "lesson-says" });
  says.setAttribute("aria-live", "polite");

  const show = () => {
    pixels.forEach((ink, place) => (squares[place].style.opacity = ink));
    const answer = read(data.layers, pixels);
    const [x0, x1, left, right] = bars;
    answer.forEach((probability, digit) => {
      const end = left + ((probability - x0) / (x1 - x0)) * (right - left);
      const start = left + ((0 - x0) / (x1 - x0)) * (right - left);
      const corners = strips[digit].getAttribute("d").match(/-?[\d.]+/g);
      const [first, second] = [corners[1], corners[5]];
      strips[digit].setAttribute("d", `M ${start} ${first} L ${end} ${first} L ${end} ${second} L ${start} ${second} z`);
    });
    const sure = Math.max(...answer);
    const digit = answer.indexOf(sure);
    const percent = sure < 0.995 ? `${Math.round(sure * 100)}%` : "more than 99%"; // a softmax is never all sure
    says.textContent = `It reads ${digit === 8 ? "an" : "a"} ${digit}, ${percent} sure.`;
    tell();
  };
  const replace = (next) => {
    next.forEach((ink, place) => (pixels[place] = ink));
    show();
  };
  const paint = (place, turn) => {
    pixels[place] = turn && pixels[place] ? 0 : 1;
    if (!turn) {
      for (const [step, edge] of [
        [-1, 0],
        [1, SIDE - 1],
        [-SIDE, -1],
        [SIDE, -1],
      ]) {
        const beside = place + step;
        if (beside in pixels && place % SIDE !== edge) pixels[beside] = Math.max(pixels[beside], HALF);
      }
    }
    show();
  };
  const { grid, tell } = makeGrid(pixels, paint);

  const { width, height } = svg.viewBox.baseVal;
  const [, , left, right, , , bottom, top] = picture;
  const upper = Math.min(top, bottom);
  Object.assign(grid.style, {
    left: `${(left / width) * 100}%`,
    top: `${(upper / height) * 100}%`,
    width: `${((right - left) / width) * 100}%`,
    height: `${(Math.abs(bottom - top) / height) * 100}%`,
  });
  const frame = make("div", { className: "digit-frame" });
  svg.replaceWith(frame);
  frame.append(svg, grid);

  const button = (textContent, act) => {
    const made = make("button", { type: "button", textContent });
    made.addEventListener("click", act);
    return made;
  };
  const controls = make(
    "div",
    { className: "lesson-controls" },
    button("Clear", () => replace(pixels.map(() => 0))),
    button("Next picture", () => replace(data.pictures[(shown = (shown + 1) % data.pictures.length)])),
    button("← One pixel", () => replace(shift(pixels, -1))),
    button("One pixel →", () => replace(shift(pixels, 1))),
    says,
  );
  play.replaceChildren(controls);
  show();
};
