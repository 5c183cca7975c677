// Shows the list that the server wrote, tells the server which clinic is chosen, and brings a clinic chosen on
// the map into sight. Streamlit calls it again for every change.
export default function clinicList({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".clinic-list");
  write(parentElement.querySelector(".found"), data.found);
  write(root, data.cards);
  root.onclick = (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    setTriggerValue("choose", button.dataset.choose);
    document.querySelector(".st-key-map")?.scrollIntoView({ block: "nearest", behavior: pace() });
  };
  mark(root, data.chosen);
  const { site_id: siteId, turn } = data.from_map ?? { turn: 0 };
  if (siteId && turn > (root.turn ?? 0)) {
    cardOf(root, siteId)?.scrollIntoView({ block: "nearest", behavior: pace() });
  }
  root.turn = turn;
}

// `html` is made by a template that escapes every value.
function write(root, html) {
  if (root.written === html) return;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.choose : undefined;
  root.innerHTML = html;
  root.written = html;
  if (focused) root.querySelector(`[data-choose="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
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
