// Takes the start screen away, and says in one calm notice that the line to the server is lost, that it is back, or
// that an answer takes a while. It only watches what Streamlit writes on its page and what the browser knows of
// the network; it asks nobody.
(() => {
  "use strict";

  const LOST_AFTER_MS = 1500;
  const BUSY_AFTER_MS = 900;
  const CROWDED_AFTER_MS = 4000;
  const BACK_FOR_MS = 4000;
  const GIVE_WAY_AFTER_MS = 10_000;
  const MORE_TO_COME = ["initial", "running", "rerunRequested", "stopRequested"];
  const place = document.getElementById("page-status");
  const words = [...document.querySelectorAll("template.page-words")];
  const watched = { attributes: true, attributeFilter: ["data-test-connection-state", "data-test-script-state"] };
  let said = "";
  let timer;
  let wasConnected = false;
  let isTold = false;
  let givingWay;

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
    if (line === "DISCONNECTED_FOREVER") return say("over");
    if (!navigator.onLine) return say("offline");
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

  // The start screen stays until all of the first run can be seen at once: what came bit by bit would jump about. These
  // attributes are no interface of Streamlit's: where they say nothing that is known here, the screen still gives way.
  function unveil() {
    const { testScriptState: script } = streamlit();
    const isPartial = document.querySelector('[data-testid="stMain"] [data-testid="stSkeleton"]');
    // A list may well be empty, but what was found is always said.
    const found = document.querySelector(".found");
    if (script === "notRunning" && !isPartial && found?.childElementCount !== 0) return giveWay();
    if (!isPartial && !MORE_TO_COME.includes(script)) {
      givingWay ??= setTimeout(giveWay, GIVE_WAY_AFTER_MS);
      return;
    }
    clearTimeout(givingWay);
    givingWay = undefined;
  }

  function giveWay() {
    clearTimeout(givingWay);
    first.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("start").remove()));
  }

  const first = new MutationObserver(unveil);
  first.observe(document.getElementById("root"), { ...watched, childList: true, subtree: true });
  new MutationObserver(look).observe(document.getElementById("root"), { ...watched, subtree: true });
  new MutationObserver(replaceDialog).observe(document.body, { childList: true });
  addEventListener("offline", look);
  addEventListener("online", look);
})();
