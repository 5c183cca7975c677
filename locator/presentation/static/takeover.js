// Fetches Streamlit once the first document is painted, hands over to it what the person did, and lets its page take
// the document's place at a quiet moment, without anything moving. Should Streamlit never come, the document stays.
(() => {
  "use strict";

  const LATEST_START_MS = 5000;
  const PAUSE_MS = 1500;
  const QUIET_MS = 400;
  const MAP_PATIENCE_MS = 4000;
  const UNKNOWN_STATE_PATIENCE_MS = 10_000;
  const MORE_TO_COME = ["initial", "running", "rerunRequested", "stopRequested"];
  const ACTS = ["pointerdown", "keydown", "wheel", "touchmove", "scroll", "input"];
  const start = document.getElementById("start");
  const root = document.getElementById("root");
  const scripts = document.getElementById("streamlit-scripts");
  if (!start || !("live" in start.dataset) || !scripts) return;

  let lastActMs = -Infinity;
  let hasActed = false;
  let isPressed = false;
  let isComposing = false;
  let looking;
  let wholeSinceMs;
  let unknownSinceMs;
  let take;
  let sentTurn = 0;
  let pending;

  // When to begin

  // A page for staff is nothing without Streamlit; one without a map has all there is to read.
  const isWanted = () => {
    const map = start.querySelector(".first-map");
    if (!map) return start.dataset.page === "staff";
    return map.getBoundingClientRect().top < 0.75 * innerHeight;
  };

  function begin() {
    if (looking) return;
    looking = setInterval(look, 250);
    root.inert = true;
    // Left to find its server by itself, Streamlit asks below the page's own path first, and is answered 404.
    window.__streamlit = { BACKEND_BASE_URL: new URL(start.dataset.root, location.href).href };
    // The policy allows no WebAssembly. A library of Streamlit's that tries it does without where there is none.
    delete window.WebAssembly;
    dropLateFonts();
    // Streamlit writes its style into the head: ours is to come after it, as it changes some of that.
    document.body.append(document.getElementById("our-style"));
    document.head.append(document.importNode(scripts.content, true));
    drawing.observe(root, { attributes: true, childList: true, subtree: true });
  }

  // A font that came too late for the first paint is not used, until other style sheets come: lines would break
  // elsewhere then, on either page.
  function dropLateFonts() {
    const { sheet } = document.getElementById("our-fonts");
    const sample = start.appendChild(document.createElement("span"));
    sample.style.cssText = "position: absolute; white-space: nowrap";
    sample.textContent = "iiiiiiii";
    const widthIn = (fonts) => {
      sample.style.fontFamily = fonts;
      return sample.getBoundingClientRect().width;
    };
    const isLate = ({ style }) =>
      style.getPropertyValue("font-display") === "optional" &&
      widthIn(`${style.getPropertyValue("font-family")}, monospace`) === widthIn("monospace");
    // All are looked at before any goes, as that has the others looked at anew.
    const late = [...sheet.cssRules].filter(isLate);
    for (const rule of late) sheet.deleteRule([...sheet.cssRules].indexOf(rule));
    sample.remove();
  }

  // What only Streamlit has is the live map: it is fetched when that is in sight, else once the person pauses. What is
  // being typed or answered just then goes first.
  function consider() {
    if (looking) return;
    const pauseMs = performance.now() - lastActMs;
    const isDue = pending || isWanted() || hasActed || performance.now() > LATEST_START_MS;
    if (isDue && !start.isAsking && pauseMs >= (hasActed ? PAUSE_MS : 0)) begin();
    else setTimeout(consider, 250);
  }

  const afterPaint = (act) => requestAnimationFrame(() => setTimeout(act, 0));
  const loaded = new Promise((done) => {
    if (document.readyState === "complete") done();
    else addEventListener("load", done);
  });
  // A font that does not come would hold up the page's load event for as long.
  const waited = new Promise((done) => setTimeout(done, LATEST_START_MS));
  Promise.race([loaded, waited]).then(() => afterPaint(consider));

  // What the person is doing

  function acted({ type }) {
    lastActMs = performance.now();
    hasActed = true;
    if (type === "pointerdown") isPressed = true;
  }

  function released() {
    // The click that belongs to it comes right after.
    setTimeout(() => {
      isPressed = false;
    }, 50);
    lastActMs = performance.now();
  }

  // Once Streamlit's page is there, nothing here looks on.
  const watching = new AbortController();
  const closely = { capture: true, passive: true, signal: watching.signal };
  for (const act of ACTS) addEventListener(act, acted, closely);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, released, closely);
  addEventListener("compositionstart", () => (isComposing = true), closely);
  addEventListener("compositionend", () => (isComposing = false), closely);

  // A press that only Streamlit's page can answer is made there, as soon as it is there.
  start.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-choose], [data-report]");
    if (!button) return;
    pending = button;
    button.setAttribute("aria-busy", "true");
    if (button.matches("[data-choose]")) start.querySelector(".first-map")?.scrollIntoView({ block: "nearest" });
    begin();
  });

  const isQuiet = () =>
    !isPressed &&
    !isComposing &&
    !start.isAsking &&
    performance.now() - lastActMs >= QUIET_MS &&
    !document.activeElement?.matches("select") &&
    !start.querySelector(".first-more[open]");

  // Handing over

  document.addEventListener(
    "handover-offered",
    ({ detail }) => {
      take = detail.take;
      soon();
    },
    { signal: watching.signal },
  );

  const turn = () => start.asked?.turn ?? 0;
  const takenTurn = () => Number(root.querySelector("[data-taken]")?.dataset.taken ?? 0);

  function handOver() {
    if (sentTurn === turn() || !take) return;
    sentTurn = turn();
    take({ turn: sentTurn, fields: start.asked.entries });
  }

  // When Streamlit's page is whole. Its attributes are no interface: where they say nothing that is known here, the page
  // still comes after a while.
  function isWhole() {
    const state = root.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
    const main = root.querySelector('[data-testid="stMain"]');
    if (!main || main.querySelector('[data-testid="stSkeleton"]') || MORE_TO_COME.includes(state)) {
      unknownSinceMs = undefined;
      return false;
    }
    // A list may well be empty, but what was found is always said.
    const isSaid = root.querySelector(".found")?.childElementCount !== 0;
    if (state === "notRunning" && isSaid) return true;
    unknownSinceMs ??= performance.now();
    return performance.now() - unknownSinceMs > UNKNOWN_STATE_PATIENCE_MS;
  }

  function isMapDrawn() {
    const frame = root.querySelector(".st-key-map-panel iframe");
    return !frame || Boolean(frame.contentDocument?.querySelector(".leaflet-container .base-county, .pin-holder"));
  }

  let timer;
  function soon() {
    timer ??= setTimeout(() => {
      timer = undefined;
      look();
    }, 60);
  }
  const drawing = new MutationObserver(soon);

  function look() {
    if (!start.isConnected || !isWhole()) {
      wholeSinceMs = undefined;
      return;
    }
    if (turn() && takenTurn() !== turn()) return handOver();
    wholeSinceMs ??= performance.now();
    const isPatient = performance.now() - wholeSinceMs < MAP_PATIENCE_MS;
    if ((isPatient && !isMapDrawn()) || !isQuiet()) return;
    takeOver();
  }

  // The takeover: all of it between two frames.

  function takeOver() {
    clearInterval(looking);
    drawing.disconnect();
    watching.abort();
    const focus = whereFocusIs();
    const typed = start.querySelector("#place");
    const anchor = topmost();
    const before = anchor?.part.getBoundingClientRect().top;
    const main = root.querySelector('[data-testid="stMain"]');
    const scrolled = scrollY;
    moveCards();
    start.remove();
    root.inert = false;
    main.scrollTop = scrolled;
    const same = anchor && counterpart(anchor.name);
    if (same && scrolled > 0) main.scrollTop += same.getBoundingClientRect().top - before;
    if (typed) retype(typed);
    refocus(focus);
    document.dispatchEvent(new Event("taken-over"));
    const button = pending && document.contains(pending) ? pending : undefined;
    button?.removeAttribute("aria-busy");
    button?.click();
  }

  // The very cards that a person is reading go on: what has the focus, what is open and where a screen reader is.
  function moveCards() {
    const from = start.querySelector(".clinic-list");
    const to = root.querySelector(".clinic-list");
    if (!from || !to) return;
    for (const card of to.querySelectorAll("[data-site]")) {
      const old = from.querySelector(`[data-site="${CSS.escape(card.dataset.site)}"]`);
      if (!old || plain(old) !== plain(card)) continue;
      if (card.parentNode.moveBefore) {
        card.parentNode.moveBefore(old, card);
        card.remove();
      } else card.replaceWith(old);
    }
  }

  // A card without what a person changes in it.
  function plain(card) {
    const copy = card.cloneNode(true);
    for (const part of copy.querySelectorAll("[open], [aria-busy], [aria-pressed], [tabindex]")) {
      for (const name of ["open", "aria-busy", "aria-pressed", "tabindex"]) part.removeAttribute(name);
    }
    copy.classList.remove("is-chosen");
    return copy.outerHTML;
  }

  // Parts that both pages have, by a name that leads from one to the other.
  const PARTS = {
    ".masthead h1": ".masthead h1",
    "#place": ".st-key-search-row input",
    ".first-submit": ".st-key-search-row button",
    ".found": ".found",
    ".map-intro": ".map-intro",
    ".legend": ".legend",
    ".first-overview h2": ".st-key-overview h2",
    ".first-foot a": ".st-key-foot a",
    ".locate": ".locate",
    ".first-more > summary": ".st-key-filters [data-testid=stPopover] button",
    ".first-choosers h2": ".st-key-choosers h2",
    "[name=evaluation_id]": ".st-key-choose-evaluation_id input",
    "[name=procedure_id]": ".st-key-choose-procedure_id input",
    ".first-comparison h2": ".st-key-comparison h2",
    ".first-journey h2": ".st-key-plan h2",
    ".criteria-said": ".criteria-said",
    ".first-sheet h2": ".st-key-sheet h2",
    "[name=sheet]": ".st-key-pdf button",
  };

  const counterpart = (name) =>
    root.querySelector(name.startsWith("[data-") ? name : PARTS[name]);

  const chooseButton = ({ value }) => `[data-choose="${CSS.escape(value)}"]`;

  // What stands first in the window, for the page to have it at the same height.
  function topmost() {
    const named = [
      ...Object.keys(PARTS).map((name) => ({ name, part: start.querySelector(name) })),
      ...[...start.querySelectorAll(".clinic[data-site]")].map((part) => ({
        name: `[data-site="${CSS.escape(part.dataset.site)}"]`,
        part,
      })),
      ...[...start.querySelectorAll("[name=choose]")].map((part) => ({ name: chooseButton(part), part })),
    ].filter(({ name, part }) => part && counterpart(name));
    const tops = named
      .map((one) => ({ ...one, top: one.part.getBoundingClientRect().top }))
      .sort((one, other) => one.top - other.top);
    return tops.find(({ top }) => top >= 0) ?? tops.at(-1);
  }

  function whereFocusIs() {
    const part = document.activeElement;
    if (!part || part === document.body || !start.contains(part)) return undefined;
    const name = part.matches("[name=choose]") ? chooseButton(part) : Object.keys(PARTS).find((one) => part.matches(one));
    const answer = part.closest(".first-pills") && part.parentElement;
    const radio = part.matches("[type=radio]") ? [...start.querySelectorAll("[type=radio]")].indexOf(part) : -1;
    const { selectionStart, selectionEnd } = part.matches("[type=text]") ? part : {};
    return { part, name, answer, radio, href: part.getAttribute("href"), selectionStart, selectionEnd };
  }

  function refocus(focus) {
    if (!focus) return;
    const { part, name, answer, radio, href, selectionStart, selectionEnd } = focus;
    const there =
      (document.contains(part) && part) ||
      (name && counterpart(name)) ||
      (answer && sameAnswer(answer)) ||
      (radio >= 0 && root.querySelectorAll('.st-key-need [role="radio"]')[radio]) ||
      (href && root.querySelector(`a[href="${CSS.escape(href)}"]`)) ||
      root.querySelector("#results");
    there?.focus({ preventScroll: true });
    if (selectionStart !== undefined) there?.setSelectionRange?.(selectionStart, selectionEnd);
  }

  // A button to answer a criterion with, by its words and the number of its criterion.
  function sameAnswer(label) {
    const number = [...start.querySelectorAll(".first-pills")].indexOf(label.parentElement);
    const group = root.querySelectorAll('.st-key-criteria [data-testid="stButtonGroup"]')[number];
    const buttons = [...(group?.querySelectorAll("button") ?? [])];
    return buttons.find((button) => button.textContent.trim() === label.textContent.trim()) ?? buttons[0];
  }

  // React takes over what is typed into its field as if it had been typed there.
  function retype(field) {
    const there = root.querySelector(PARTS["#place"]);
    if (!there || there.value === field.value) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(there, field.value);
    there.dispatchEvent(new Event("input", { bubbles: true }));
  }
})();
