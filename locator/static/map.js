// What the map does in the browser. Facts arrive percent-encoded, one string a feature, and reach the page only
// as text: nothing of them is ever read as mark-up or script.
(() => {
  "use strict";

  const CLOSEST_AUTOMATIC_ZOOM = 11; // closer, the tiles asked for would say too well where a person lives
  const assets = document.currentScript.src.replace(/\/app\/map\.js.*$/, "");
  const state = { map: null, markers: new Map(), place: undefined, turn: 0 };

  const decode = (feature) => JSON.parse(decodeURIComponent(feature.properties.facts));

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The base layer: county lines and city names from this server, under the streets or alone.
  function drawBase(map) {
    const pane = map.createPane("base");
    pane.style.zIndex = 150;
    const labels = map.createPane("base-labels");
    labels.style.zIndex = 160;
    labels.style.pointerEvents = "none";
    fetch(`${assets}/basemap.geojson`)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
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
    const icon = element("span", "pin");
    icon.innerHTML = facts.svg; // made by the server from constants and a number, never from data
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

  function choose(id, { pan = true } = {}) {
    const entry = state.markers.get(id);
    if (!entry) return;
    state.chosen = id;
    for (const [other, { marker }] of state.markers) {
      marker.getElement()?.classList.toggle("is-chosen", other === id);
    }
    if (pan) state.map.panInside(entry.marker.getLatLng(), { padding: [60, 90] });
    state.popup = L.popup({ offset: [0, -14], autoPan: pan, maxWidth: 260 })
      .setLatLng(entry.marker.getLatLng())
      .setContent(popupContent(entry.facts))
      .openOn(state.map);
  }

  // Says where to look. It draws nothing, and acts only when what it says has changed.
  const View = L.Layer.extend({
    initialize(facts) {
      this.facts = facts;
    },
    onAdd(map) {
      const { corners, disc, focus, follow } = this.facts;
      const place = JSON.stringify([disc, follow]);
      if (state.place !== place) look(map, corners, disc);
      state.place = place;
      const turn = focus ? focus.turn : 0;
      if (turn > state.turn) choose(focus.id);
      else if (state.popup?.isOpen()) keepChosen(map);
      state.turn = turn;
    },
    onRemove() {
      state.markers.clear();
    },
  });

  // The pins were drawn anew: the open pop-up stays with its pin, or goes with it.
  function keepChosen(map) {
    if (state.markers.has(state.chosen)) choose(state.chosen, { pan: false });
    else map.closePopup(state.popup);
  }

  function look(map, corners, disc) {
    const bounds = L.latLngBounds(corners);
    if (disc) bounds.extend(L.latLng(disc.lat, disc.lon).toBounds(2 * disc.radius_m));
    state.bounds = bounds.isValid() ? bounds : null;
    state.untouched = true;
    fit(map);
  }

  // Until the person moves the map, it keeps all of the view in sight, whatever size the page gives it.
  function fit(map) {
    if (!state.bounds || !state.untouched) return;
    map.invalidateSize({ animate: false });
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

  L.Map.addInitHook(function init() {
    state.map = this;
    // It says 0 where the page expects nothing, and would have the server run the page a second time.
    if (window.__GLOBAL_DATA__) window.__GLOBAL_DATA__.last_object_clicked_count = null;
    drawBase(this);
    this.on("movestart", () => {
      state.untouched = false;
    });
    addEventListener("resize", () => fit(this));
  });

  window.drgMap = {
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
