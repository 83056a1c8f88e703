// What is asked of the search is made fit for it: small words go, a plural becomes a word that is known, a page whose
// name was asked for comes first, and where nothing is found, the nearest name is asked for instead.
//
// A theme searches in a worker. Its questions are changed on their way there and its answers on their way back, which
// works for Material ({type: 2, data: query}) and for MkDocs' own themes ({query}) alike.
if (globalThis.Worker && document.currentScript && location.protocol !== "file:") {
  const SMALL = new Set(
    ("a an the what who why how when where which is are was were do does did can could of in on for to and it i me my" +
      " mean means meaning define definition explain tell about").split(" "),
  );
  const [QUERY, RESULT] = [2, 3]; // Material's
  const place = new URL("lessonpress-names.json", document.currentScript.src);
  const asked = new WeakMap(); // the last question to each worker
  const changed = new WeakSet(); // answers that have been changed already
  const { postMessage } = Worker.prototype;

  let known; // addresses by name, in small letters; fetched when somebody searches
  const readNames = (named) => {
    const pairs = Object.entries(named).flatMap(([url, names]) => names.map((name) => [name.toLowerCase(), url]));
    return new Map(pairs.reverse()); // of two pages with one name, the first
  };
  const loadNames = () =>
    (known ??= fetch(place)
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => ({}))
      .then(readNames));

  const queryIn = (message) => (message?.type === QUERY ? message.data : message?.query);
  const withQuery = (message, query) => ("query" in message ? { query } : { ...message, data: query });
  const resultsIn = (message) => (message?.type === RESULT ? message.data.items : message?.results);
  const withResults = (message, results) =>
    "results" in message ? { results } : { ...message, data: { ...message.data, items: results } };

  const simplify = (query, names) => {
    const plain = query.toLowerCase().replace(/[?!]/g, " ").trim().split(/\s+/);
    if (names.has(plain.join(" "))) return plain.join(" ");
    const words = plain.filter((word) => !SMALL.has(word));
    const vocabulary = new Set([...names.keys()].flatMap((name) => name.split(/[\s-]+/)));
    const singular = (word) =>
      [word, word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ies$/, "y")].find((form) =>
        vocabulary.has(form),
      ) ?? word;
    return words.map(singular).join(" ") || plain.join(" ");
  };

  // An answer of Material's has a list for each page, the page itself among its sections; another has pages alone.
  const pageOf = (result) => [result].flat().find((item) => !item.location.includes("#"));
  const putFirst = (results, url) => {
    const found = results.find((result) => pageOf(result)?.location === url);
    if (!found) return results;
    const others = results.filter((result) => result !== found);
    if (!Array.isArray(found)) return [found, ...others];
    const best = Math.max(...results.flat().map((item) => item.score)) + 1; // what Enter goes to
    const page = { ...pageOf(found), score: best };
    return [[page, ...found.filter((item) => item.location !== url)], ...others];
  };

  const tellInstead = ({ query, near }) => {
    const text = `Did you mean “${near}”? Shown in place of “${query.trim()}”.`;
    const material = document.querySelector(".md-search-result__meta");
    if (material) material.textContent = text;
    else document.querySelector("#mkdocs-search-results")?.prepend(Object.assign(document.createElement("p"), { textContent: text }));
  };

  // Of several words one is found as a rule, so that they have to be looked at as a whole; but not before it is there.
  const isMistyped = ({ words, names }) =>
    words.includes(" ") && ![...names.keys()].some((name) => name.startsWith(words));

  const answer = (event) => {
    const results = resultsIn(event.data);
    const last = asked.get(event.target);
    if (!results || changed.has(event)) return;
    event.stopImmediatePropagation();
    if (!last) return; // another question is on its way
    const worker = event.target;
    if (!last.near && (!results.length || isMistyped(last))) {
      last.near = lessonpressNearest(last.words, last.names.keys());
      if (last.near) {
        postMessage.call(worker, withQuery(last.message, last.near));
        return;
      }
    }
    const first = last.names.get(last.near ?? last.words);
    const data = withResults(event.data, putFirst(results, first));
    const better = new MessageEvent("message", { data });
    changed.add(better);
    worker.dispatchEvent(better);
    if (last.near) tellInstead(last);
  };

  Worker.prototype.postMessage = function (message, ...rest) {
    const query = queryIn(message);
    if (typeof query !== "string") {
      postMessage.call(this, message, ...rest);
      return;
    }
    if (!asked.has(this)) this.addEventListener("message", answer, { capture: true }); // before the theme's own
    asked.set(this, undefined);
    loadNames().then((names) => {
      const words = simplify(query, names);
      asked.set(this, { message, query, words, names });
      postMessage.call(this, withQuery(message, words));
    });
  };
}
