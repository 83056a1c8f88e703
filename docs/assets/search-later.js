// The theme fetches the search index, by far the largest file of a page, before anyone has searched. That one request
// waits here until the reader turns to the search, by pointer or by keyboard, or comes with a query in the address.
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
})();
