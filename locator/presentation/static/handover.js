// Tells takeover.js how to hand over to the server what a person did before Streamlit's page was there.
export default function handover({ setTriggerValue }) {
  const take = (what) => setTriggerValue("take", what);
  document.dispatchEvent(new CustomEvent("handover-offered", { detail: { take } }));
}
