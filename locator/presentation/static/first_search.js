// Answers the forms of the first document in place: the same form that works without scripts is sent by fetch, and
// the parts of the page that the answer changes are put where they were. `start.asked` is what was answered last, for
// takeover.js.
(() => {
  "use strict";

  const start = document.getElementById("start");
  const form = start?.querySelector("form[data-parts]");
  if (!form) return;
  // What this script does at once needs no button.
  start.classList.add("is-scripted");
  const said = form.querySelector(".first-said");
  const locate = form.querySelector(".locate");
  const locateSaid = form.querySelector(".locate-said");
  const DEVICE = ["lat_deg", "lon_deg", "accuracy_m"];
  let asking;

  const entries = (submitter) => [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string");

  // Drawn for a form that was sent before this script was there, the document holds its answer already.
  if (form.dataset.asked) start.asked = { turn: 1, entries: entries() };

  async function ask(submitter) {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    start.isAsking = true;
    const sent = entries(submitter);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "X-Fragment": "yes" },
        body: new URLSearchParams(sent),
        signal: mine.signal,
      });
      if (!answer.ok) return tell(answer.status === 429 ? await answer.text() : form.dataset.failed);
      show(await answer.json(), sent, submitter);
    } catch (error) {
      if (error.name !== "AbortError") tell(form.dataset.failed);
    } finally {
      if (asking === mine) {
        start.isAsking = false;
        form.removeAttribute("aria-busy");
      }
    }
  }

  function tell(sentence) {
    said.textContent = sentence;
  }

  function show(parts, sent, submitter) {
    tell("");
    // Consent was for that one search.
    if (submitter?.name === "find" && form.elements.exactly) form.elements.exactly.checked = false;
    // A suggestion that was taken is what the field now says.
    const instead = sent.find(([name]) => name === "instead");
    if (instead) form.elements.place.value = instead[1];
    const kept = {};
    for (const [name, value] of Object.entries(parts)) {
      const part = start.querySelector(`[data-part="${name}"]`);
      if (part) write(part, value);
      else if (form.elements[name]) {
        kept[name] = value;
        // What is typed meanwhile stays.
        if (form.elements[name].value === sent.find(([field]) => field === name)?.[1]) form.elements[name].value = value;
      }
    }
    // Asked again, it is with what the form keeps of the answer: a service is not asked twice.
    const entries = sent.map(([name, value]) => [name, kept[name] ?? value]);
    start.asked = { turn: (start.asked?.turn ?? 0) + 1, entries };
    const isTurned = submitter?.name === "turn";
    if (isTurned) toTop(submitter.value.split(" ")[0]);
    else if (instead) form.elements.place.focus({ preventScroll: true });
  }

  // The server's templates escape every value. What was open is open again, and what had the focus has it.
  function write(part, html) {
    if (part.written === html) return;
    const focused = part.contains(document.activeElement) ? placeOf(document.activeElement) : undefined;
    const opened = [...part.querySelectorAll("details[open]")].map(placeOf);
    // A live region stays and is read out. Anything else is new as a whole: it comes, where an old one would move.
    const written = part.matches('[role="status"]') ? part : part.cloneNode(false);
    written.innerHTML = html;
    written.written = html;
    if (written !== part) part.replaceWith(written);
    for (const place of opened) place && written.querySelector(place)?.setAttribute("open", "");
    if (focused) written.querySelector(focused)?.focus({ preventScroll: true });
  }

  // A selector of the same field or button, or of the same part of the same clinic's card, wherever that is then.
  function placeOf(part) {
    if (part.form === form && part.name) {
      const value = part.matches("button") ? `[value="${CSS.escape(part.value)}"]` : "";
      return `[name="${CSS.escape(part.name)}"]${value}`;
    }
    const site = part.closest("[data-site]")?.dataset.site;
    const details = part.closest("details");
    if (!site || !details) return undefined;
    const within = `[data-site="${CSS.escape(site)}"] details.${details.classList[0]}`;
    return part.matches("summary") ? `${within} > summary` : within;
  }

  // Reading goes on at the first clinic of another page of the list.
  function toTop(group) {
    const heading = start.querySelector(`[data-group="${CSS.escape(group)}"] h3`) ?? start.querySelector("#results");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  function forgetDevice() {
    for (const name of DEVICE) if (form.elements[name]) form.elements[name].value = "";
  }

  start.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (event.target !== form) return;
    // A file is the browser's own to fetch.
    if (submitter?.hasAttribute("data-file")) return;
    event.preventDefault();
    if (!submitter || submitter.matches(".first-submit") || submitter.name === "instead") {
      forgetDevice();
      if (form.elements.shown) form.elements.shown.value = "";
      locateSaid?.replaceChildren();
    }
    ask(submitter);
  });

  start.addEventListener("change", ({ target }) => {
    // Text waits to be sent, and consent goes with it.
    if (target.form !== form || target.matches("[type=text], [type=number], [name=exactly]")) return;
    if (form.elements.shown) form.elements.shown.value = "";
    ask();
  });

  start.addEventListener("click", ({ target }) => {
    if (target.closest("[data-act=print]")) print();
  });

  // The same page in another language, with the same question.
  start.addEventListener("click", (event) => {
    const language = event.target.closest("a[data-language]");
    if (!language || !start.asked) return;
    event.preventDefault();
    form.action = language.getAttribute("href");
    form.submit();
  });

  if (locate && window.drgLocation?.isKnowable()) {
    const words = JSON.parse(locate.dataset.words);
    locate.classList.add("is-offered");
    locate.addEventListener("click", async () => {
      if (locate.getAttribute("aria-disabled") === "true") return;
      const before = asking;
      locate.setAttribute("aria-disabled", "true");
      locateSaid.textContent = words.waiting;
      const { location, outcome } = await window.drgLocation.find(Number(locate.dataset.roughest));
      locate.setAttribute("aria-disabled", "false");
      // Whoever has asked for another place meanwhile is not taken away from it.
      if (asking !== before || !locate.isConnected) return;
      locateSaid.textContent = location ? words.in_use : words[outcome];
      if (!location) return;
      form.elements.place.value = "";
      for (const name of DEVICE) form.elements[name].value = location[name];
      ask();
    });
  }
})();
