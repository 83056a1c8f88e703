// A neuron to play with: the reader moves its weight and its bias, and the page computes how wrong the line is.
// `data` has the inputs x, the targets y, and for w and b the least, the most, the step, and the value to begin with.

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

export const neuron = (x, w, b) => w * x + b;

export const meanSquaredError = ({ x, y }, w, b) => mean(x.map((input, row) => (neuron(input, w, b) - y[row]) ** 2));

// Least squares, for one input: the slope of the line through the means.
export const bestLine = ({ x, y }) => {
  const [middleX, middleY] = [mean(x), mean(y)];
  const across = x.map((input) => input - middleX);
  const w = mean(across.map((from, row) => from * (y[row] - middleY))) / mean(across.map((from) => from ** 2));
  return { w, b: middleY - w * middleX };
};

const control = (name, words, [least, most, step, value]) => {
  const label = document.createElement("label");
  label.innerHTML = `${words} <input type="range"> <span class="lesson-value"></span>`;
  const field = label.querySelector("input");
  Object.assign(field, { min: least, max: most, step, value });
  field.dataset.name = name;
  return label;
};

export default (play, svg, { data, axes: [axes] }) => {
  const [x0, x1, left, right, y0, y1, bottom, top] = axes;
  const across = (x) => left + ((x - x0) / (x1 - x0)) * (right - left);
  const up = (y) => bottom + ((y - y0) / (y1 - y0)) * (top - bottom);
  const point = (x, y) => `${across(x).toFixed(1)} ${up(y).toFixed(1)}`;

  const controls = document.createElement("div");
  controls.className = "lesson-controls";
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: "Show the best line" });
  const says = document.createElement("output");
  says.className = "lesson-says";
  says.setAttribute("aria-live", "polite");
  controls.append(control("w", "weight w", data.w), control("b", "bias b", data.b), button, says);

  const line = svg.querySelector('[data-name="line"] path');
  const errors = svg.querySelectorAll('[data-name="errors"] path');
  const [fieldW, fieldB] = controls.querySelectorAll("input");
  const best = bestLine(data);
  const lowest = meanSquaredError(data, best.w, best.b);

  const show = (w, b) => {
    line.setAttribute("d", `M ${point(x0, neuron(x0, w, b))} L ${point(x1, neuron(x1, w, b))}`);
    data.x.forEach((x, row) => {
      errors[row].setAttribute("d", `M ${point(x, data.y[row])} L ${point(x, neuron(x, w, b))}`);
    });
    const [shownW, shownB] = [w.toFixed(1), b.toFixed(0)];
    for (const [field, value] of [
      [fieldW, shownW],
      [fieldB, shownB],
    ]) {
      field.nextElementSibling.textContent = value;
      field.setAttribute("aria-valuetext", value);
    }
    const error = meanSquaredError(data, w, b);
    const above = Math.round((error / lowest - 1) * 100);
    const near = error.toFixed(0) === lowest.toFixed(0) ? "as low as it gets" : "less than 1% above the lowest";
    const far = above ? `${above}% above the lowest` : near;
    says.textContent = `calories = ${shownW} × sugars + ${shownB}: mean squared error ${error.toFixed(0)}, ${far}`;
  };
  const showMoved = () => show(Number(fieldW.value), Number(fieldB.value));
  controls.addEventListener("input", showMoved);
  button.addEventListener("click", () => {
    fieldW.value = best.w;
    fieldB.value = best.b;
    show(best.w, best.b);
  });
  play.replaceChildren(controls);
  showMoved();
};
