// Offers the device's own location as the place to search from. Only the cell it lies in leaves the browser, and only
// where it is good enough to be used. Streamlit calls it again for every change.
const CELLS_A_DEGREE = 100;
const ACCURACY_STEP_M = 100;
const ASKED = { enableHighAccuracy: false, maximumAge: 5 * 60_000, timeout: 10_000 };
const FAILURES = { 1: "denied", 2: "unavailable", 3: "timed_out" };

export default function locate({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector(".locate");
  const said = parentElement.querySelector(".locate-said");
  if (!navigator.geolocation || !isSecureContext) {
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
  button.onclick = () => {
    if (button.outcome === "waiting") return;
    say("waiting");
    const { question } = button;
    // Whoever has asked for another place meanwhile is not taken away from it.
    const answer = (act) => (given) => button.question === question && act(given);
    navigator.geolocation.getCurrentPosition(
      answer(({ coords }) => {
        if (coords.accuracy <= data.roughest_m) setTriggerValue("located", rounded(coords));
        else say("imprecise");
      }),
      answer(({ code }) => say(FAILURES[code])),
      ASKED,
    );
  };
}

const rounded = ({ latitude, longitude, accuracy }) => ({
  lat_deg: Math.round(latitude * CELLS_A_DEGREE) / CELLS_A_DEGREE,
  lon_deg: Math.round(longitude * CELLS_A_DEGREE) / CELLS_A_DEGREE,
  accuracy_m: Math.ceil(accuracy / ACCURACY_STEP_M) * ACCURACY_STEP_M,
});
