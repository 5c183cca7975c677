// Says in one calm notice that the line to the server is lost, that it is back, or that an answer takes a while. It only
// watches what Streamlit writes on its page and what the browser knows of
// the network; it asks nobody.
(() => {
  "use strict";

  const LOST_AFTER_MS = 1500;
  const BUSY_AFTER_MS = 900;
  const CROWDED_AFTER_MS = 4000;
  const BACK_FOR_MS = 4000;
  const place = document.getElementById("page-status");
  const words = [...document.querySelectorAll("template.page-words")];
  const watched = { attributes: true, attributeFilter: ["data-test-connection-state", "data-test-script-state"] };
  let said = "";
  let timer;
  let wasConnected = false;
  let isTold = false;

  const streamlit = () => document.querySelector('[data-testid="stApp"]')?.dataset ?? {};
  // What the answer waits for, where the server says so.
  const awaited = () => document.querySelector(".in-progress");

  function say(what) {
    if (what === said) return;
    said = what;
    place.replaceChildren();
    if (!what) return;
    const spoken = words.find((one) => one.lang === document.documentElement.lang) ?? words[0];
    const notice = spoken.content.querySelector(`[data-says="${what}"]`).cloneNode(true);
    notice.lang = spoken.lang;
    if (what === "busy" && awaited()) notice.textContent = awaited().textContent;
    notice.querySelector("[data-does]")?.addEventListener("click", () => location.reload());
    place.append(notice);
  }

  function later(what, afterMs) {
    clearTimeout(timer);
    timer = setTimeout(() => say(what), afterMs);
  }

  // The server cannot say that many are waiting before it is this page's turn: the page says that it may be so.
  function wait() {
    if (said === "crowded") return;
    if (said === "busy") {
      timer = setTimeout(() => awaited() || say("crowded"), CROWDED_AFTER_MS - BUSY_AFTER_MS);
      return;
    }
    timer = setTimeout(() => {
      say("busy");
      wait();
    }, BUSY_AFTER_MS);
  }

  function look() {
    const { testConnectionState: line, testScriptState: script } = streamlit();
    clearTimeout(timer);
    if (!navigator.onLine) return say("offline");
    // As long as the first document is there, it answers by itself, and nobody waits for this line.
    if (document.getElementById("start")) return say("");
    if (line === "DISCONNECTED_FOREVER") return say("over");
    if (line === "CONNECTED") {
      wasConnected = true;
      isTold = false;
      if (["lost", "offline", "over"].includes(said)) say("back");
      if (said === "back") return later("", BACK_FOR_MS);
      if (script === "running") return wait();
      return say("");
    }
    if (isTold) return say("lost");
    return wasConnected && later("lost", LOST_AFTER_MS);
  }

  // Streamlit tells of a lost line in a dialog that keeps people from reading the page: ours takes its place.
  function replaceDialog() {
    const { testConnectionState: line } = streamlit();
    const dialog = document.querySelector('[data-testid="stDialog"]');
    if (!dialog || !line || line === "CONNECTED") return;
    isTold = true;
    dialog.querySelector('[role="dialog"] > button')?.click();
    look();
  }

  new MutationObserver(look).observe(document.getElementById("root"), { ...watched, subtree: true });
  new MutationObserver(replaceDialog).observe(document.body, { childList: true });
  document.addEventListener("taken-over", look);
  addEventListener("offline", look);
  addEventListener("online", look);
})();
