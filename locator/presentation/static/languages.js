// What a screen reader reads the page in: the language that its top is written in, which changes without a new page,
// and what of it is in another one.
(() => {
  "use strict";

  const ENGLISH_PART = ".st-key-overview-text-in-english";
  const root = document.getElementById("root");

  function speak(part, language) {
    if (language && part.lang !== language) part.lang = language;
  }

  function look() {
    speak(document.documentElement, root.querySelector("header.masthead[lang]")?.lang);
    for (const button of root.querySelectorAll('[class*="st-key-language-"] button')) {
      speak(button, button.closest('[class*="st-key-language-"]').className.match(/st-key-language-([\w-]+)/)[1]);
    }
    for (const part of root.querySelectorAll(ENGLISH_PART)) speak(part, "en");
  }

  new MutationObserver(look).observe(root, { childList: true, subtree: true });
})();
