// Shows the pairs that the server ranked and tells it which one is chosen. Streamlit calls it again for every change.
export default function pairList({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".pair-list");
  write(parentElement.querySelector(".found"), data.found);
  write(root, data.pairs);
  root.dataset.taken = data.taken;
  root.onclick = (event) => {
    const button = event.target.closest("[data-choose]");
    if (button) setTriggerValue("choose", button.dataset.choose);
  };
  for (const button of root.querySelectorAll("[data-choose]")) {
    const isChosen = button.dataset.choose === data.chosen;
    button.setAttribute("aria-pressed", String(isChosen));
    button.closest("li").classList.toggle("is-chosen", isChosen);
  }
}

// `html` is made by a template that escapes every value.
function write(root, html) {
  if (root.written === html) return;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.choose : undefined;
  root.innerHTML = html;
  root.written = html;
  if (focused) root.querySelector(`[data-choose="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
