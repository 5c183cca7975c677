// Runs before the page is drawn: what needs a script is there from the first moment, and gone again if one fails.
"use strict";

(() => {
  const page = document.documentElement;
  page.classList.add("scripted");
  addEventListener(
    "error",
    ({ target }) => {
      if (target === window || target.tagName === "SCRIPT") page.classList.remove("scripted");
    },
    true,
  );
})();
