// The saved page with a script: the search, the list in the order it gives, and the map in step with the list.
// What a person types stays in this page: nothing is sent, stored or put into an address.
"use strict";

(() => {
  const { words } = window.drgWords;
  const { answer, all, filled } = window.drgSearch;
  const find = (selector) => document.querySelector(selector);
  const form = find("#search");
  const field = find("#place");
  const list = find(".clinic-list");
  const cards = new Map([...list.querySelectorAll(".clinic")].map((card) => [card.dataset.site, card]));
  const pace = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let asked = "";

  function element(tag, { className, text, ...rest } = {}) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return Object.assign(made, rest);
  }

  // The search

  function filters() {
    return {
      need: form.querySelector("[name=need]:checked").value,
      within: Number(find("#within").value),
      day: find("#day").value,
      wheelchair: find("#wheelchair").checked,
    };
  }

  function show() {
    const said = asked ? answer(asked, filters()) : { ...all(filters()), start: null, question: null };
    announce(said);
    ask(said.question);
    arrange(said.groups);
    drawPins(said);
  }

  function announce({ announcement, notes }) {
    find(".found").replaceChildren(
      element("p", { className: "count", text: announcement }),
      ...notes.map((note) => element("p", { text: note })),
    );
  }

  function ask(question) {
    const panel = find("#question");
    panel.hidden = !question;
    panel.replaceChildren();
    if (!question) return;
    panel.append(element("h2", { text: question.heading }));
    if (question.reason) panel.append(element("p", { text: question.reason }));
    if (!question.places.length) return;
    if (question.offer) panel.append(element("p", { text: question.offer }));
    panel.append(
      ...question.places.map(({ label }) =>
        element("button", { type: "button", text: label, onclick: () => search(label) }),
      ),
    );
  }

  function search(text) {
    field.value = text;
    asked = text;
    show();
    // The pressed button may be gone; what was found, or is asked, is read on from here.
    find(find("#question").hidden ? ".found" : "#question").focus();
  }

  // The list

  function arrange(groups) {
    list.replaceChildren(
      ...groups.map(({ heading, explanation, cards: those }, at) => {
        const id = `group-${at + 1}`;
        const section = element("section", { className: "group" });
        section.setAttribute("aria-labelledby", id);
        section.append(element("h2", { id, text: heading, className: explanation ? "" : "unseen" }));
        if (explanation) section.append(element("p", { className: "group-note", text: explanation }));
        const items = element("ol", { className: "clinics" });
        items.append(...those.map(dealt));
        section.append(items);
        return section;
      }),
    );
  }

  // The card that the server wrote, under another number and with its distance.
  function dealt({ site, number, miles, range, same }) {
    const card = cards.get(site.id);
    card.querySelector(".clinic-marker text").textContent = number;
    card.querySelector("h3 .unseen").textContent = `${number}. `;
    card.querySelector(".distance")?.remove();
    card.querySelector(".same")?.remove();
    if (miles === undefined) return card;
    const distance = element("p", { className: "distance" });
    distance.append(
      element("strong", { text: filled(words.distance, { miles }) }),
      " ",
      element("span", { className: "unseen", text: words.in_a_straight_line }),
      " ",
    );
    if (range) distance.append(element("span", { className: "range", text: filled(words.range, range) }));
    const top = card.querySelector(".clinic-top");
    top.append(distance);
    if (same) top.after(element("p", { className: "same", text: words.same }));
    return card;
  }

  function choose(id) {
    for (const [other, card] of cards) {
      card.classList.toggle("is-chosen", other === id);
      card.querySelector("[data-choose]")?.setAttribute("aria-pressed", String(other === id));
    }
  }

  // The map: Folium drew it with all the clinics; each search draws them anew from what it was given.

  const layer = window.feature_group_site;
  const pins = new Map();
  const given = new Map();
  let view = null;

  const digits = (byte) => byte.toString(16).padStart(2, "0");
  const encoded = (facts) => Array.from(new TextEncoder().encode(JSON.stringify(facts)), digits).join("");
  const feature = ([lat, lon], facts) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { facts: encoded(facts) },
  });

  function bind() {
    pins.clear();
    layer.eachLayer((drawn) => drawn.eachLayer(bindOne));
  }

  function bindOne(shape) {
    const facts = window.drgMap.decode(shape.feature);
    if (facts.kind === "view") view = facts;
    if (facts.kind !== "site") return;
    pins.set(facts.id, shape);
    if (!given.has(facts.id)) given.set(facts.id, facts);
    shape.on("click", () => {
      choose(facts.id);
      cards.get(facts.id)?.scrollIntoView({ block: "nearest", behavior: pace() });
    });
  }

  function pinFeature({ site, number, miles }) {
    const facts = given.get(site.id);
    const lines = miles === undefined ? facts.lines : [filled(words.pin_distance, { miles }), ...facts.lines];
    return feature(site.point, {
      ...facts,
      number,
      lines,
      name: facts.name.replace(/^\d+/, number),
    });
  }

  const PINS_IN_VIEW = 3;

  function drawPins({ groups, start }) {
    if (!layer) return;
    const shown = groups.flatMap((group) => group.cards).filter(({ site }) => site.point);
    const disc = start && { lat: start.lat, lon: start.lon, radius_m: start.radius_m };
    const corners = (start ? shown.slice(0, PINS_IN_VIEW) : shown).map(({ site }) => site.point);
    const features = shown.map(pinFeature);
    const at = start ? [start.lat, start.lon] : [0, 0];
    if (start && start.radius_m > 0) features.push(feature(at, { kind: "origin", radius_m: start.radius_m }));
    features.push(feature(at, { ...view, corners, disc }));
    layer.clearLayers();
    layer.addLayer(L.geoJSON({ type: "FeatureCollection", features }, { pointToLayer: window.drgMap.pointToLayer }));
    bind();
  }

  // What a person does

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(field.value);
  });
  form.addEventListener("change", (event) => {
    if (event.target !== field) show();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    pins.get(button.dataset.choose)?.fire("click");
    find("#map").scrollIntoView({ block: "nearest", behavior: pace() });
  });
  if (layer) {
    bind();
    // Above the map it can lie on no pin.
    find(".map-tools").append(window.map_site.zoomControl.getContainer());
  }
})();
