// Shows the list that the server wrote, tells the server which clinic is chosen, which part of the list is asked for
// and what is reported as wrong, and brings a clinic chosen on the map into sight. Streamlit calls it again for every
// change.
export default function clinicList({ data: { listing }, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".clinic-list");
  write(parentElement.querySelector(".found"), listing.found);
  write(root, listing.cards);
  if (root.question !== listing.question) document.dispatchEvent(new Event("place-asked"));
  root.question = listing.question;
  root.dataset.taken = listing.taken;
  root.onclick = (event) => {
    const report = event.target.closest("[data-report]");
    if (report) setTriggerValue("report", report.dataset.report);
    const turn = event.target.closest("[data-turn]");
    if (turn) {
      root.turned = turn.closest("[data-group]").dataset.group;
      setTriggerValue("turn", turn.dataset.turn);
    }
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    setTriggerValue("choose", button.dataset.choose);
    document.querySelector(".st-key-map-panel iframe")?.scrollIntoView({ block: "nearest", behavior: pace() });
  };
  mark(root, listing.chosen);
  answer(root, parentElement.querySelector(".read-out"), listing.reported);
  const { site_id: siteId, turn } = listing.from_map ?? { turn: 0 };
  if (siteId && turn > (root.turn ?? turn)) {
    cardOf(root, siteId)?.scrollIntoView({ block: "nearest", behavior: pace() });
  }
  root.turn = turn;
}

// `html` is made by a template that escapes every value. What had the focus has it again, in sight, and what was
// open is open.
function write(root, html) {
  if (root.written === html) return;
  const place = root.contains(document.activeElement) ? placeOf(document.activeElement) : undefined;
  const opened = [...root.querySelectorAll("details[open]")].map(placeOf);
  root.innerHTML = html;
  root.written = html;
  for (const part of opened) root.querySelector(part)?.setAttribute("open", "");
  if (root.turned) toTop(root);
  else if (place) root.querySelector(place)?.focus({ preventScroll: true });
}

// Another part of a group is there: reading goes on at its first clinic.
function toTop(root) {
  const first = root.querySelector(`[data-group="${root.turned}"] h3`) ?? root;
  root.turned = undefined;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  (first.closest(".clinic") ?? first).scrollIntoView({ block: "start", behavior: pace() });
}

// A selector of the same part of the same clinic's card, wherever that card is then.
function placeOf(part) {
  const site = part.closest(".clinic")?.dataset.site;
  const around = part.parentElement.closest("details");
  const within = around ? `.${around.classList[0]} ` : "";
  const name = ["data-choose", "data-report", "href"].find((one) => part.hasAttribute(one));
  const own = name ? `[${name}="${CSS.escape(part.getAttribute(name))}"]` : `.${part.classList[0]}`;
  return site && `[data-site="${CSS.escape(site)}"] ${within}${part.matches("summary") ? "summary" : own}`;
}

// The cards stay as they are, so that the person's place among them does; only a new answer is read out.
function answer(root, readOut, { answers, latest, turn }) {
  for (const said of root.querySelectorAll(".answer")) {
    said.textContent = answers[said.closest(".clinic").dataset.site] ?? "";
  }
  if (turn > (root.answered ?? turn)) readOut.textContent = answers[latest];
  root.answered = turn;
}

function mark(root, chosen) {
  for (const card of root.querySelectorAll(".clinic")) {
    const isChosen = card.dataset.site === chosen;
    card.classList.toggle("is-chosen", isChosen);
    card.querySelector("[data-choose]")?.setAttribute("aria-pressed", String(isChosen));
  }
}

const cardOf = (root, siteId) => root.querySelector(`[data-site="${CSS.escape(siteId)}"]`);

const pace = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
