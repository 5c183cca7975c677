// Offers the device's own location as the place to search from, as location.js finds it. Streamlit calls it again for
// every change.
export default function locate({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector(".locate");
  const said = parentElement.querySelector(".locate-said");
  if (!window.drgLocation?.isKnowable()) {
    button.hidden = true;
    return;
  }
  button.textContent = data.label;
  button.classList.add("is-offered");
  const say = (outcome) => {
    button.outcome = outcome;
    const words = data.words[outcome ?? (data.in_use ? "in_use" : "")] ?? "";
    if (said.textContent !== words) said.textContent = words;
    button.setAttribute("aria-disabled", String(outcome === "waiting"));
  };
  say(button.outcome);
  button.forget = () => {
    button.question = Symbol("question");
    say(undefined);
  };
  // What was said last is about the question before. It may have been asked without this being called again.
  if (button.turn !== data.turn) button.forget();
  button.turn = data.turn;
  if (!button.listens) document.addEventListener("place-asked", () => button.forget());
  button.listens = true;
  button.onclick = async () => {
    if (button.outcome === "waiting") return;
    say("waiting");
    const { question } = button;
    const { location, outcome } = await window.drgLocation.find(data.roughest_m);
    // Whoever has asked for another place meanwhile is not taken away from it.
    if (button.question !== question) return;
    if (location) setTriggerValue("located", location);
    else say(outcome);
  };
}
