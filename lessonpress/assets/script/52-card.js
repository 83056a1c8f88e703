// One card shows the definition of a term: when a link to it is pointed at, focused, or tapped for the first time. The
// pointer can move onto the card, Escape closes it, and it lies above the page, so that nothing moves. The link itself
// works as ever; where the browser has no popovers, its title remains.
if ("showPopover" in HTMLElement.prototype) {
  const LINK = "a.term[title], [data-definition]";
  const [SLOWLY, AT_ONCE, MARGIN] = [120, 0, 8]; // ms, ms, px
  let [card, shown, timer] = [undefined, undefined, 0];
  let tappedOpen; // the link whose card was open when a finger came down

  const makeCard = () => {
    card = document.createElement("span");
    card.className = "lesson-card";
    card.popover = "manual";
    card.innerHTML = '<span id="lesson-card-text"></span> <a tabindex="-1">Read more</a>';
  };

  const place = (link) => {
    const [at] = link.getClientRects();
    const { width, height } = card.getBoundingClientRect();
    const left = Math.max(MARGIN, Math.min(at.left, document.documentElement.clientWidth - width - MARGIN));
    const below = at.bottom + height + MARGIN <= innerHeight || at.top < height + MARGIN;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? at.bottom : at.top - height) + scrollY}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    if (card?.isConnected) card.hidePopover();
    shown = undefined;
  };

  const show = (link) => {
    clearTimeout(timer);
    if (link === shown) return;
    hide();
    if (!card) makeCard();
    if (link.title) link.dataset.definition = link.title;
    link.removeAttribute("title"); // else the browser would show it too
    card.firstElementChild.textContent = link.dataset.definition;
    card.lastElementChild.href = link.href.baseVal ?? link.href;
    (link.ownerSVGElement ?? link).after(card); // what a screen reader reads next
    card.showPopover();
    place(link);
    link.setAttribute("aria-describedby", "lesson-card-text");
    shown = link;
  };

  const later = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const linkAt = (event) => (event.target instanceof Element ? event.target.closest(LINK) : null);
  const onCard = (node) => card?.contains(node) ?? false;

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event);
    if (link) later(() => show(link), SLOWLY);
    else if (onCard(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) later(hide, 2 * SLOWLY);
    else if (!shown) clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event);
    if (link?.matches(":focus-visible")) show(link);
    else if (shown && !onCard(event.target)) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (shown && !event.relatedTarget) later(() => shown?.matches(":hover") || card.matches(":hover") || hide(), AT_ONCE);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    tappedOpen = event.pointerType === "touch" ? (shown ?? null) : undefined;
    if (shown && linkAt(event) !== shown && !onCard(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (link && tappedOpen !== undefined && tappedOpen !== link) {
      event.preventDefault();
      show(link);
    }
    tappedOpen = undefined;
  });
}
