// Shows the referral sheet, prints it, and puts its text or its link on the clipboard.
export default function sheetView({ data, parentElement }) {
  const { words } = data;
  const root = parentElement.querySelector(".print-sheet");
  const area = parentElement.querySelector("textarea");
  const said = parentElement.querySelector(".said");
  if (root.written !== data.sheet) {
    root.innerHTML = data.sheet; // made by a template that escapes every value
    root.written = data.sheet;
    said.textContent = "";
  }
  for (const named of parentElement.querySelectorAll("[data-word]")) named.textContent = words[named.dataset.word];
  area.setAttribute("aria-label", words.text);
  area.value = data.text;
  parentElement.querySelector('[data-act="link"]').hidden = !data.link;
  parentElement.querySelector(".sheet-actions").onclick = async (event) => {
    const { act } = event.target.dataset;
    if (act === "print") window.print();
    if (act === "text") said.textContent = (await copy(data.text)) ? words["text-copied"] : byHand(area, words);
    if (act === "link") said.textContent = (await copy(data.link)) ? words["link-copied"] : data.link;
  };
}

// A browser lends its clipboard only to secure pages, and may refuse it even there.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function byHand(area, words) {
  area.closest("details").open = true;
  area.focus();
  area.select();
  return words["by-hand"];
}
