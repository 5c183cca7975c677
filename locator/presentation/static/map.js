// What the map does in the browser. Facts arrive in hexadecimal digits, one string a feature, and reach the page
// only as text: nothing of them is ever read as mark-up or script.
(() => {
  "use strict";

  const CLOSEST_AUTOMATIC_ZOOM = 11; // closer, the tiles asked for would say too well where a person lives
  const WHOLE_COUNTRY_ZOOM = 2; // on a phone too; a small directory is in one region, and its map keeps to it
  const assets = document.currentScript.src.replace(/\/app\/map\.js.*$/, "");
  const state = { map: null, looks: new Map(), markers: new Map(), place: undefined, turn: 0 };

  const decode = ({ properties }) => JSON.parse(decodeURIComponent(properties.facts.replace(/../g, "%$&")));

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const fetched = (address) =>
    fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));

  // The base layer: county lines and city names from this server, under the streets or alone.
  function drawBase(map) {
    const pane = map.createPane("base");
    pane.style.zIndex = 150;
    const labels = map.createPane("base-labels");
    labels.setAttribute("aria-hidden", "true"); // forty names to listen through, and none of them a clinic
    labels.style.zIndex = 160;
    labels.style.pointerEvents = "none";
    // A page opened from a folder may not fetch, so it brings the layer along.
    (window.drgBaseMap ? Promise.resolve(window.drgBaseMap) : fetched(`${assets}/basemap.geojson`))
      .then((base) => {
        L.geoJSON(base, {
          pane: "base",
          interactive: false,
          filter: (feature) => feature.geometry.type !== "Point",
          style: { className: "base-county", color: "#9fb0ba", weight: 1.2, fill: true, fillOpacity: 1 },
        }).addTo(map);
        const cities = base.features.filter((feature) => feature.geometry.type === "Point");
        const layer = L.layerGroup(
          cities.map(({ geometry, properties }) =>
            L.marker([geometry.coordinates[1], geometry.coordinates[0]], {
              pane: "base-labels",
              interactive: false,
              keyboard: false,
              icon: L.divIcon({
                className: `base-city rank-${Number(properties.rank)}`,
                html: element("span", "", properties.name),
                iconSize: null,
              }),
            }),
          ),
        );
        layer.addTo(map);
      })
      .catch(() => {
        // The list says all the map says; a map without county lines is still a map.
      });
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution("County lines: U.S. Census Bureau. Places: GeoNames");
  }

  function siteMarker(facts, latlng) {
    // A drawing is sent with the first pin that looks so, and the others put their number into it.
    if (facts.svg) state.looks.set(facts.look, facts.svg);
    const icon = element("span", "pin");
    // It is made by the server from constants and a number, never from data.
    icon.innerHTML = state.looks.get(facts.look).replace(/>\d+<\/text>/, `>${Number(facts.number)}</text>`);
    const marker = L.marker(latlng, {
      icon: L.divIcon({ className: "pin-holder", html: icon, iconSize: [40, 40], iconAnchor: [20, 20] }),
      title: facts.name,
      draggable: facts.movable,
      riseOnHover: true,
      zIndexOffset: -10 * facts.number,
    });
    marker.on("add", () => nameAndBind(marker, facts));
    marker.on("click", () => choose(facts.id));
    // The component tells the server of clicks on the map, so this tells it where a pin was put down.
    marker.on("dragend", () => state.map.fire("click", { latlng: marker.getLatLng() }));
    state.markers.set(facts.id, { marker, facts });
    return marker;
  }

  function nameAndBind(marker, facts) {
    const node = marker.getElement();
    node.setAttribute("aria-label", facts.name);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      marker.fire("click", { latlng: marker.getLatLng() }, true);
    });
  }

  function popupContent(facts) {
    const box = element("div", "pin-popup");
    box.append(element("strong", "", facts.name), ...facts.lines.map((line) => element("p", "", line)));
    return box;
  }

  // However narrow the map is, a pop-up fits beside the buttons that zoom: its edges take 44 pixels of its own.
  function besideTheButtons() {
    const [left, edge] = [52, 8];
    const room = state.map.getSize().x - left - edge - 44;
    return {
      autoPanPaddingBottomRight: [edge, edge],
      autoPanPaddingTopLeft: [left, edge],
      maxWidth: Math.max(120, Math.min(260, room)),
    };
  }

  function choose(id, { pan = true } = {}) {
    const entry = state.markers.get(id);
    if (!entry) return;
    state.chosen = id;
    state.opener = undefined;
    for (const [other, { marker }] of state.markers) {
      marker.getElement()?.classList.toggle("is-chosen", other === id);
    }
    if (pan) {
      state.map.panInside(entry.marker.getLatLng(), { padding: [60, 90] });
      state.readOut.textContent = [entry.facts.name, ...entry.facts.lines].map((line) => line.replace(/\.$/, "")).join(". ");
    }
    openPopUp(entry.marker.getLatLng(), popupContent(entry.facts), pan);
  }

  function openPopUp(at, content, pan) {
    state.popup = L.popup({ offset: [0, -14], autoPan: pan, ...besideTheButtons() })
      .setLatLng(at)
      .setContent(content)
      .openOn(state.map);
  }

  // The clinics that the list does not show, drawn by a script that only a large directory needs.
  function showCrowd(map, crowd) {
    if (!crowd && !state.crowd) return;
    const tools = {
      pins: () => [...state.markers.values()].map(({ marker }) => map.latLngToLayerPoint(marker.getLatLng())),
      say: (text) => {
        state.readOut.textContent = text;
      },
      open: (at, name, lines, opener) => {
        openPopUp(at, popupContent({ name, lines }), true);
        state.opener = opener;
      },
    };
    state.crowd ??= import(`${assets}/app/crowd.js`).then(({ crowdOn }) => crowdOn(map, tools));
    state.crowd.then((drawn) => drawn.show(crowd)).catch(() => {
      // The page around the map says what the list shows and how to list the others.
    });
  }

  // Says where to look. It draws nothing, and acts only when what it says has changed.
  const View = L.Layer.extend({
    initialize(facts) {
      this.facts = facts;
    },
    onAdd(map) {
      const { corners, crowd, disc, focus, follow, rest_hint: restHint, turned, words } = this.facts;
      state.words = words;
      nameParts(map, words);
      state.restHint = restHint;
      if (crowd) map.setMinZoom(WHOLE_COUNTRY_ZOOM);
      const place = JSON.stringify([disc, follow, turned]);
      const isElsewhere = state.place !== place;
      if (isElsewhere) look(map, corners, disc);
      state.place = place;
      const turn = focus ? focus.turn : 0;
      if (turn > state.turn) choose(focus.id);
      else if (state.popup?.isOpen() && !state.opener) keepChosen(map, isElsewhere);
      state.turn = turn;
      showCrowd(map, crowd);
    },
    onRemove() {
      state.markers.clear();
    },
  });

  // The pins were drawn anew: the open pop-up stays with its pin, or goes with it. Where the map looks elsewhere now,
  // it goes rather than be cut off at an edge.
  function keepChosen(map, isElsewhere) {
    if (state.markers.has(state.chosen)) choose(state.chosen, { pan: false });
    else map.closePopup(state.popup);
    if (isElsewhere && state.popup.isOpen() && !isWhole(map, state.popup)) map.closePopup(state.popup);
  }

  function isWhole(map, popup) {
    const part = popup.getElement().getBoundingClientRect();
    const whole = map.getContainer().getBoundingClientRect();
    return part.left >= whole.left && part.right <= whole.right && part.top >= whole.top && part.bottom <= whole.bottom;
  }

  function look(map, corners, disc) {
    const bounds = L.latLngBounds(corners);
    if (disc) bounds.extend(L.latLng(disc.lat, disc.lon).toBounds(2 * disc.radius_m));
    state.bounds = bounds.isValid() ? bounds : null;
    state.untouched = true;
    fit(map);
  }

  // Until the person moves the map, it keeps all of the view in sight, whatever size the page gives it.
  // The picture that stands here before (picture.py) fits the same view by the same numbers.
  function fit(map) {
    map.invalidateSize({ animate: false });
    if (!state.bounds || !state.untouched) return;
    map.fitBounds(state.bounds, { padding: [36, 44], maxZoom: CLOSEST_AUTOMATIC_ZOOM, animate: false });
    state.untouched = true; // fitBounds is a move too, but not the person's
  }

  // Leaflet focuses the map on a press. Left to itself the page around it scrolls then, and the release of the
  // same click lands beside the pin.
  L.Map.Keyboard.include({
    _onMouseDown() {
      if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
    },
  });

  // Inside another site's page, or under a finger, the map is at rest until it is pressed or reached by keyboard:
  // wheel and finger then still scroll the page that they are on. Awake, it has them until something else is pressed.
  function restUntilPressed(map) {
    const isFramed = window.parent !== window.top;
    const byFinger = matchMedia("(pointer: coarse)").matches;
    // A page without frames has no page around its map to steer by focus.
    if (window.parent === window || !(isFramed || byFinger)) return;
    const box = map.getContainer();
    const hint = element("div", "rest-hint", "");
    hint.setAttribute("aria-hidden", "true"); // by keyboard there is nothing to wake
    box.append(hint);
    let timer;
    const set = (isAwake) => {
      for (const way of [map.scrollWheelZoom, ...(byFinger ? [map.dragging] : [])]) {
        if (isAwake) way.enable();
        else way.disable();
      }
      box.classList.toggle("at-rest", !isAwake);
      hint.classList.remove("is-shown");
    };
    const remind = () => {
      if (!box.classList.contains("at-rest")) return;
      hint.textContent = state.restHint ?? "";
      hint.classList.toggle("is-shown", Boolean(state.restHint));
      clearTimeout(timer);
      timer = setTimeout(() => hint.classList.remove("is-shown"), 1500);
    };
    set(false);
    box.addEventListener("wheel", remind, { passive: true });
    box.addEventListener("touchmove", remind, { passive: true });
    box.addEventListener("click", () => set(true), { capture: true });
    box.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && set(true));
    box.addEventListener("keydown", (event) => event.key === "Escape" && set(false));
    addEventListener("blur", () => set(false));
  }

  // Words come from the server, in the language of the page around the map.
  function nameParts(map, words) {
    const named = { ".leaflet-control-zoom-in": words.zoom_in, ".leaflet-control-zoom-out": words.zoom_out };
    for (const [selector, name] of Object.entries(named)) {
      const button = map.getContainer().querySelector(selector);
      button?.setAttribute("aria-label", name);
      button?.setAttribute("title", name);
    }
    // Without a frame of its own, the map leaves the page's name and language as they are.
    if (!window.frameElement) return;
    window.frameElement.title = words.map;
    document.title = words.map;
    document.documentElement.lang = words.language;
  }

  // Folium asks for a page that cannot be zoomed.
  function letZoom() {
    for (const meta of document.querySelectorAll('meta[name="viewport"]')) {
      if (meta.content.includes("user-scalable")) meta.content = "width=device-width, initial-scale=1";
    }
  }

  // By keyboard, Escape closes a pop-up from anywhere on the map, and the focus it had goes to its pin.
  function watchPopUps(map) {
    const box = map.getContainer();
    state.readOut = element("div", "read-out");
    state.readOut.setAttribute("role", "status");
    box.append(state.readOut);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state.popup?.isOpen()) map.closePopup(state.popup);
    });
    map.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", state.words.close);
    });
    map.on("popupclose", ({ popup }) => {
      const at = document.activeElement;
      const isLost = at === document.body || popup.getElement()?.contains(at);
      const opener = state.opener ?? state.markers.get(state.chosen)?.marker.getElement();
      if (document.hasFocus() && isLost) opener?.focus();
    });
  }

  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    L.Map.mergeOptions({ fadeAnimation: false, inertia: false, markerZoomAnimation: false, zoomAnimation: false });
    const { panBy } = L.Map.prototype;
    L.Map.include({
      panBy(offset, options) {
        return panBy.call(this, offset, { ...options, animate: false });
      },
    });
  }

  L.Map.addInitHook(function init() {
    state.map = this;
    letZoom();
    watchPopUps(this);
    restUntilPressed(this);
    // It says 0 where the page expects nothing, and would have the server run the page a second time.
    if (window.__GLOBAL_DATA__) window.__GLOBAL_DATA__.last_object_clicked_count = null;
    drawBase(this);
    this.on("movestart", () => {
      state.untouched = false;
    });
    // Also when the style sheet that says how high the map is comes after the map.
    new ResizeObserver(() => fit(this)).observe(this.getContainer());
  });

  window.drgMap = {
    decode,

    pointToLayer(feature, latlng) {
      const facts = decode(feature);
      if (facts.kind === "site") return siteMarker(facts, latlng);
      if (facts.kind === "origin") {
        return L.circle(latlng, { radius: facts.radius_m, interactive: false, className: "origin-area" });
      }
      if (facts.kind === "way") {
        return L.polyline([latlng, facts.to], { interactive: false, className: "way" });
      }
      return new View(facts);
    },
    onEachFeature() {},
  };
})();
