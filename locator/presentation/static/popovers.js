// Streamlit puts what a popover holds at the end of the page, far from its button in the order of the Tab key. Opened
// by keyboard, it gets the focus here; Tab leads out of it to what follows the button, Shift+Tab back to the button.
(() => {
  "use strict";

  const BUTTON = '[data-testid="stPopoverButton"]';
  const BODY = '[data-testid="stPopoverBody"]';
  const STOPS = "a[href], button:not(:disabled, [tabindex='-1']), input:not(:disabled), textarea, [tabindex='0']";
  const MOST_FRAMES = 60;

  let opener;
  let isLeaving = false;

  function opened({ target, detail }) {
    const button = target.closest?.(BUTTON);
    // Only a key press has no clicks to count.
    if (!button || detail > 0 || isLeaving) return;
    opener = button;
    enter(MOST_FRAMES);
  }

  function enter(frames) {
    const body = document.querySelector(BODY);
    if (body) {
      // The whole, by its name: what it holds may still be on its way.
      body.tabIndex = -1;
      body.focus();
    } else if (frames > 0) requestAnimationFrame(() => enter(frames - 1));
  }

  // The key's own work is still to come: from the button, Tab goes on to what follows it.
  function left(event) {
    if (event.key !== "Tab" || !opener?.isConnected || !event.target.closest?.(BODY)) return;
    letTab();
    const all = stops();
    const isFirst = event.target === all[0] || event.target.matches(BODY);
    if (event.shiftKey ? !isFirst : event.target !== all.at(-1)) return;
    opener.focus();
    if (event.shiftKey) event.preventDefault();
    isLeaving = true;
    opener.click(); // closed, it covers nothing of what comes next
    isLeaving = false;
  }

  // While a list is open on top, its library takes what lies below out of the order, and forgets to put it back.
  function letTab() {
    for (const stop of document.querySelectorAll(`${BODY} [data-tabindex]`)) {
      const { tabindex } = stop.dataset;
      if (tabindex) stop.setAttribute("tabindex", tabindex);
      else stop.removeAttribute("tabindex");
      delete stop.dataset.tabindex;
    }
  }

  const stops = () => [...(document.querySelector(BODY)?.querySelectorAll(STOPS) ?? [])];

  document.addEventListener("click", opened);
  document.addEventListener("keydown", left, { capture: true });
})();
