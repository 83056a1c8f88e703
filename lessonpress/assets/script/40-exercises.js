// Exercises: questions answered in the page, and how far one is, kept in the reader's own browser and nowhere else.
{
  const KEY = "lessonpress-solved";

  // What the browser keeps may be blocked, full, or from another course: then nothing is kept, and all else works.
  const readSolved = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return new Set(Array.isArray(kept) ? kept.filter((entry) => typeof entry === "string") : []);
    } catch {
      return new Set();
    }
  };
  const keepSolved = (name, solved) => {
    const all = readSolved();
    if (solved) all.add(name);
    else all.delete(name);
    try {
      localStorage.setItem(KEY, JSON.stringify([...all].sort()));
    } catch {}
  };

  const make = (tag, attributes = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };

  const isRight = (kind, value, answer) =>
    kind === "choice" ? value === answer.right : Math.abs(Number(value) - Number(answer.right)) <= answer.within;
  const messageFor = (kind, value, answer) => {
    const known = answer.says.find(([wrong]) => isRight(kind, value, { right: wrong, within: answer.within }));
    return known ? known[1] : "Not yet. Try again, or open a hint.";
  };

  const choicesOf = (question, name) => {
    const list = question.querySelector("ul");
    const fieldset = make("fieldset", {}, make("legend", { textContent: "Your prediction" }));
    for (const item of list.children) {
      const words = make("span");
      words.append(...item.cloneNode(true).childNodes);
      const letter = words.textContent.trim()[0];
      const radio = make("input", { type: "radio", name: `${name}-choice`, value: letter, required: true });
      fieldset.append(make("label", {}, radio, words));
    }
    list.replaceWith(fieldset);
    return fieldset;
  };
  const numberOf = (question) => {
    const input = make("input", { type: "text", inputMode: "decimal", required: true, autocomplete: "off" });
    const label = make("label", {}, "Your answer ", input);
    question.append(label);
    return label;
  };

  const takeUpQuestion = (exercise, question, showState) => {
    const answer = JSON.parse(question.dataset.answer);
    const { kind } = question.dataset;
    const form = make("form");
    const status = make("p", { className: "lesson-verdict" });
    status.setAttribute("role", "status");
    const fields = kind === "choice" ? choicesOf(question, exercise.dataset.exercise) : numberOf(question);
    fields.before(form);
    form.append(fields, make("button", { type: "submit", textContent: "Check" }), status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value =
        kind === "choice"
          ? form.querySelector("input:checked").value
          : form.querySelector("input").value.trim().replace(",", ".");
      if (kind === "number" && (value === "" || Number.isNaN(Number(value)))) {
        status.textContent = "That is not a number.";
        return;
      }
      const right = isRight(kind, value, answer);
      status.textContent = right ? "Right." : messageFor(kind, value, answer);
      status.dataset.right = right;
      if (right) keepSolved(exercise.dataset.exercise, true);
      showState();
    });
  };

  const takeUpExercises = () => {
    for (const exercise of document.querySelectorAll(".lesson-exercise")) {
      if (exercise.dataset.taken) continue;
      exercise.dataset.taken = "yes";
      const name = exercise.dataset.exercise;
      const button = make("button", { type: "button", className: "lesson-mark" });
      const showState = () => {
        const solved = readSolved().has(name);
        exercise.classList.toggle("lesson-solved", solved);
        button.textContent = solved ? "Solved ✓" : "Mark as solved";
        button.setAttribute("aria-pressed", solved);
      };
      button.addEventListener("click", () => {
        keepSolved(name, !readSolved().has(name));
        showState();
      });
      exercise.append(button);
      const question = exercise.querySelector(".lesson-question");
      if (question) takeUpQuestion(exercise, question, showState);
      showState();
    }
  };

  // Home says how far one is: the list of all exercises is a file of the site, in the course's order.
  const showProgress = async () => {
    const place = document.querySelector("[data-exercises]");
    if (!place || place.dataset.taken) return;
    place.dataset.taken = "yes";
    const solved = readSolved();
    const source = new URL(place.dataset.exercises, document.baseURI);
    const answer = await fetch(source).catch(() => null);
    if (!answer || !answer.ok) return;
    const exercises = await answer.json();
    const left = exercises.filter((exercise) => !solved.has(exercise.key));
    const done = exercises.length - left.length;
    if (!exercises.length) return;
    place.append(`You have solved ${done} of ${exercises.length} exercises. `);
    if (left.length) {
      const next = new URL(left[0].url, new URL(".", source));
      place.append(done ? "Continue: " : "Begin: ", make("a", { href: next.href, textContent: left[0].title }));
    }
    place.hidden = false;
  };

  const takeUp = () => {
    takeUpExercises();
    showProgress();
  };
  if (globalThis.document$) document$.subscribe(takeUp);
  else takeUp();
}
