// What benchmarks/actions.py asks of a page. Every time is the browser's own, taken at a frame that it draws.
window.watchActs = ({ card, drawn, pin, patienceMs }) => {
  if (window.top !== window) return;
  const mapFrame = () => document.querySelector('iframe[src*="streamlit_folium"]');
  const insideMap = (selector) => [...(mapFrame()?.contentDocument?.querySelectorAll(selector) ?? [])];
  const isDrawn = (node) => node.getClientRects().length > 0 && node.naturalWidth !== 0;
  const said = (place) => [...document.querySelectorAll(place)].map((node) => node.textContent).join("\n");

  function centre(node) {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return [(left + right) / 2, (top + bottom) / 2];
  }

  function isInSight(node) {
    const [x, y] = centre(node);
    const { clientWidth, clientHeight } = mapFrame();
    return isDrawn(node) && x > 0 && y > 0 && x < clientWidth && y < clientHeight;
  }

  // Milliseconds since `sinceMs` at the first frame in which `isSeen`; null if that took longer than the patience.
  const firstFrame = (isSeen, sinceMs) =>
    new Promise((resolve) => {
      const look = () => {
        const elapsedMs = performance.now() - sinceMs;
        if (elapsedMs > patienceMs) resolve(null);
        else if (isSeen()) resolve(elapsedMs);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });

  // The document that our page begins as has a picture of the map; the live one is there once it is gone.
  const isLive = () => !document.getElementById("start");
  const isUsable = () =>
    isLive() && [...document.querySelectorAll(card)].some(isDrawn) && insideMap(drawn).some(isInSight);

  // From the next `event`, on the page or in its map, until what `place` says is new and holds `text`.
  function awaitAnswer({ event, isInMap, place, text }) {
    const before = said(place);
    const target = isInMap ? mapFrame().contentWindow : window;
    const isNew = () => said(place) !== before && said(place).includes(text);
    window.actions.answer = new Promise((resolve) => {
      const begin = ({ timeStamp }) => {
        // A frame has a clock of its own.
        resolve(firstFrame(isNew, timeStamp + target.performance.timeOrigin - performance.timeOrigin));
      };
      target.addEventListener(event, begin, { once: true, capture: true });
      setTimeout(resolve, 2 * patienceMs, null);
    });
  }

  // The map's place in the window, once it is scrolled into sight.
  function mapBox() {
    mapFrame().scrollIntoView({ block: "center", behavior: "instant" });
    return mapFrame().getBoundingClientRect();
  }

  // Where in the window a pin lies that nothing covers; null where there is none.
  function freePin() {
    const box = mapBox();
    const isFree = (node) => node.contains(mapFrame().contentDocument.elementFromPoint(...centre(node)));
    const found = insideMap(pin).find((node) => isInSight(node) && isFree(node));
    if (!found) return null;
    const [x, y] = centre(found);
    return [box.x + x, box.y + y];
  }

  async function pinToClick() {
    return (await firstFrame(freePin, performance.now())) === null ? null : freePin();
  }

  // Where in the window the map can be taken hold of, the furthest right first; null where pins cover all of it.
  function freePlace() {
    const box = mapBox();
    const isFree = ([x, y]) =>
      !mapFrame()
        .contentDocument.elementFromPoint(x, y)
        .closest("button, .leaflet-marker-icon, .leaflet-popup, .leaflet-control");
    const shares = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    const places = shares.flatMap((across) => shares.map((down) => [across * box.width, down * box.height]));
    const [x, y] = places.find(isFree) ?? [];
    return x === undefined ? null : [box.x + x, box.y + y];
  }

  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  observer.observe({ type: "longtask" });

  // The tasks of the page and its map that began after `sinceMs` and held everything up for more than 50 ms.
  function longestTaskMs(sinceMs) {
    tasks.push(...observer.takeRecords());
    return Math.max(0, ...tasks.filter((task) => task.startTime >= sinceMs).map((task) => task.duration));
  }

  function view() {
    const { map } = mapFrame().contentWindow;
    return { centre: String(map.getCenter()), zoom: map.getZoom() };
  }

  const isDragged = (before) => firstFrame(() => view().centre !== before.centre, performance.now());
  const isZoomedIn = (before) => firstFrame(() => view().zoom > before.zoom, performance.now());

  const elements = () => [document, mapFrame().contentDocument].map((part) => part.querySelectorAll("*").length);

  window.actions = {
    usable: firstFrame(isUsable, 0),
    awaitAnswer,
    elements,
    freePlace,
    isDragged,
    isZoomedIn,
    longestTaskMs,
    pinToClick,
    view,
  };
};
