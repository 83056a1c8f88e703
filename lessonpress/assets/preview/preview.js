// Under `mkdocs serve` alone: loads a page anew when it has been made anew, says which cell runs, and what is wrong.
(() => {
  const script = document.currentScript;
  const since = script.dataset.since;
  const base = new URL("..", script.src).pathname;
  const here = decodeURI(location.pathname).slice(base.length);
  const bar = document.createElement("div");
  bar.className = "lesson-preview";
  bar.setAttribute("role", "status");
  bar.hidden = true;

  const seconds = (number) => (number < 10 ? number.toFixed(1) : number.toFixed(0)) + " s";

  const tell = ({ error, running, waiting }) => {
    const says = (one) => (one.full ? `runs in full too, cell ${one.cell}` : `cell ${one.cell} runs`);
    const lines = running.map((one) => `${one.path}: ${says(one)}, ${seconds(one.seconds)}`);
    const rest = waiting.length - running.filter((one) => !one.full).length;
    if (rest > 0) lines.push(rest === 1 ? "1 waits for its run" : `${rest} wait for their run`);
    const text = error || lines.join("\n");
    if (bar.textContent !== text) bar.textContent = text;
    bar.hidden = !text;
    bar.classList.toggle("lesson-preview-error", Boolean(error));
    const mine = running.find((one) => one.url === here && !one.full);
    for (const place of document.querySelectorAll(".lesson-waiting")) {
      const runs = mine && Number(place.dataset.cell) === mine.cell;
      place.textContent = runs ? `Runs, ${seconds(mine.seconds)}.` : "Waits for its run.";
    }
  };

  const ask = async () => {
    for (let busy = false; ; ) {
      try {
        const answer = await fetch(`${base}lessonpress-preview/${since}${busy ? "/busy" : ""}?${encodeURI(here)}`);
        const status = await answer.json();
        if (status.new) return location.reload();
        tell(status);
        busy = [status.running, status.waiting, status.later].some((list) => list.length);
        await new Promise((go) => setTimeout(go, busy ? 300 : 50));
      } catch {
        await new Promise((go) => setTimeout(go, 1000)); // the server may come back
      }
    }
  };

  document.body.append(bar);
  ask();
})();
