// What has to run before the theme's own scripts.

// They say so once there is something to style, and the browser would begin anew.
document.documentElement.classList.add("js-focus-visible");

// They ask for the browser's storage, and fail where it is blocked: then it is one that forgets when the page is left.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    globalThis[name].length;
  } catch {
    const kept = new Map();
    const value = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, text),
      removeItem: (key) => kept.delete(key),
    };
    Object.defineProperty(globalThis, name, { value });
  }
}

// The theme fetches the search index, by far the largest file of a page, and the program that searches it, before anyone
// has searched. Both wait here until the reader turns to the search, by pointer or by keyboard, or comes with a query in
// the address.
(() => {
  const { open, send } = XMLHttpRequest.prototype;
  const searched = new Promise((resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    addEventListener("focusin", (event) => event.target.closest(".md-search") && resolve());
  });
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.waitsForSearch = String(url).endsWith("/search_index.json");
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.waitsForSearch) searched.then(() => send.call(this, body));
    else send.call(this, body);
  };

  const Now = Worker;
  globalThis.Worker = class extends EventTarget {
    constructor(...given) {
      super();
      const repeat = (event) => this.dispatchEvent(new event.constructor(event.type, event));
      this.worker = searched.then(() => new Now(...given));
      this.worker.then((worker) => ["message", "error"].forEach((type) => worker.addEventListener(type, repeat)));
    }
    postMessage(...given) {
      this.worker.then((worker) => worker.postMessage(...given));
    }
  };
})();
