// The clinics of a large directory that have no pin, as counts by area. The browser counts them itself, from one file
// of all clinics: moving and zooming the map asks nothing of the server. Only a large directory loads this.

const MOST_COUNTS = 50; // in sight at once; with the pins of a list that is still quick to draw and to tab through
const NARROWEST_PX = 108; // a count has a square of the map to itself, at least this wide
const [HALF_WIDTH_PX, HALF_HEIGHT_PX] = [34, 22];
const HALF_PIN_PX = 16;
const CLOSEST_ZOOM = 14; // closer, the places in the file are not exact enough

// `words` and which clinics count come with each `show`; `say` reads out, `open` opens a pop-up over a button, and
// `pins` has the places of the pins.
export function crowdOn(map, { say, open, pins }) {
  const pane = map.createPane("crowd");
  pane.style.zIndex = 590; // below the pins
  const buttons = new Map();
  let [asked, points, included, takesFocus] = [];

  async function show(crowd) {
    asked = crowd;
    if (!crowd) return draw();
    try {
      if (points?.path !== crowd.path) points = await load(crowd.path);
    } catch {
      say(crowd.words.missing);
      return note(map, crowd.words.missing);
    }
    if (asked !== crowd) return; // another answer has come meanwhile
    included = whichCount(points, crowd);
    note(map, "");
    draw();
  }

  function draw() {
    const cells = asked && included ? cellsInSight(map, points, included, pins()) : [];
    const kept = new Set(cells.map((cell) => cell.key));
    const had = takesFocus || [...buttons].some(([key, one]) => one === document.activeElement && !kept.has(key));
    for (const [key, button] of buttons) {
      if (kept.has(key)) continue;
      button.remove();
      buttons.delete(key);
    }
    for (const cell of cells) place(cell);
    pane.classList.remove("is-moving");
    if (had) toMiddle();
    takesFocus = false;
  }

  function place(cell) {
    const button = buttons.get(cell.key) ?? document.createElement("button");
    if (!button.isConnected) {
      buttons.set(cell.key, button);
      button.type = "button";
      button.className = "crowd-count";
      pane.append(button);
    }
    const said = inWords(cell.count, asked.words);
    if (button.said !== said) write(button, said, cell.count);
    button.said = said;
    button.setAttribute("aria-label", `${said}. ${asked.words.closer}`);
    button.onclick = (event) => press(event, button, cell);
    button.ondblclick = (event) => event.stopPropagation();
    L.DomUtil.setPosition(button, cell.at);
  }

  function press(event, button, cell) {
    event.stopPropagation(); // the map takes a click for one beside all pop-ups
    if (event.detail && map.dragging.moved()) return; // the end of a drag; a key press has no detail
    const bounds = L.latLngBounds(cell.corners.map((corner) => map.unproject(corner, 0)));
    const zoom = Math.min(map.getBoundsZoom(bounds, false, L.point(80, 80)), CLOSEST_ZOOM);
    if (zoom > map.getZoom()) {
      takesFocus = true;
      map.setView(bounds.getCenter(), zoom);
      return;
    }
    const said = inWords(cell.count, asked.words);
    open(map.layerPointToLatLng(cell.at), said, [asked.words.not_listed], button);
    say(`${said}. ${asked.words.not_listed}`);
  }

  // The count that had the focus has come apart: what is in the middle of it now goes on.
  function toMiddle() {
    const middle = map.containerPointToLayerPoint(map.getSize().divideBy(2));
    const far = (button) => L.DomUtil.getPosition(button).distanceTo(middle);
    const [nearest] = [...buttons.values()].sort((one, other) => far(one) - far(other));
    (nearest ?? map.getContainer()).focus({ preventScroll: true });
  }

  map.on("zoomstart", () => pane.classList.add("is-moving"));
  map.on("moveend resize", draw);
  return { show };
}

// What locator/presentation/map/points_file.py writes. Places become points of the map at zoom 0, where the world is 256 pixels wide.
async function load(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(answer.status);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { count, low, high, profiles } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const column = (number) => {
    const start = 4 + length + 2 * count * number;
    return Uint16Array.from({ length: count }, (_, i) => (bytes[start + i] << 8) | bytes[start + count + i]);
  };
  const degrees = (steps, from, to) => Float64Array.from(steps, (step) => from + ((to - from) * step) / 0xffff);
  const x = degrees(column(1), low[1], high[1]).map((lon) => (256 * (lon + 180)) / 360);
  const y = degrees(column(0), low[0], high[0]).map((lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return 128 - (64 / Math.PI) * Math.log((1 + sine) / (1 - sine));
  });
  return { path, count, x, y, profiles, profile: column(2) };
}

// A clinic counts unless it has a pin or is known not to offer something that is asked for.
function whichCount({ count, profiles, profile }, { asks, pinned }) {
  const fits = profiles.map((answers) => asks.every((trait) => answers[trait] !== "0"));
  const included = Uint8Array.from({ length: count }, (_, i) => Number(fits[profile[i]]));
  for (const place of pinned) included[place] = 0;
  return included;
}

// The squares of a grid that is fixed to the ground at each zoom: a move of the map changes no count.
function cellsInSight(map, { count, x, y }, included, pins) {
  const [zoom, scale] = [map.getZoom(), map.getZoomScale(map.getZoom(), 0)];
  const { min, max } = map.getPixelBounds();
  const width = widthFor(map.getSize());
  const [left, top] = [Math.floor(min.x / width), Math.floor(min.y / width)];
  const [columns, rows] = [Math.floor(max.x / width) - left + 1, Math.floor(max.y / width) - top + 1];
  const cells = new Array(columns * rows);
  for (let i = 0; i < count; i += 1) {
    if (!included[i]) continue;
    const column = Math.floor((x[i] * scale) / width) - left;
    const row = Math.floor((y[i] * scale) / width) - top;
    if (column < 0 || column >= columns || row < 0 || row >= rows) continue;
    add((cells[row * columns + column] ??= emptyCell(column, row)), x[i], y[i]);
  }
  const origin = map.getPixelOrigin();
  return cells.filter(Boolean).map((cell) => ({
    key: [zoom, width, left + cell.column, top + cell.row].join(" "),
    count: cell.count,
    corners: [L.point(cell.west, cell.north), L.point(cell.east, cell.south)],
    at: clearOf(
      pins,
      places((cell.x / cell.count) * scale, (left + cell.column) * width, width, HALF_WIDTH_PX, origin.x),
      places((cell.y / cell.count) * scale, (top + cell.row) * width, width, HALF_HEIGHT_PX, origin.y),
    ),
  }));
}

function emptyCell(column, row) {
  return { column, row, count: 0, x: 0, y: 0, west: Infinity, east: -Infinity, north: Infinity, south: -Infinity };
}

function add(cell, x, y) {
  cell.count += 1;
  cell.x += x;
  cell.y += y;
  cell.west = Math.min(cell.west, x);
  cell.east = Math.max(cell.east, x);
  cell.north = Math.min(cell.north, y);
  cell.south = Math.max(cell.south, y);
}

// Where a count may stand along one side of its square, best first: where its clinics are on average, else at an
// end. It is whole inside its square: so no count lies on another.
function places(mean, start, width, half, origin) {
  const [low, high] = [start + half, start + width - half];
  return [Math.min(Math.max(mean, low), high), low, high].map((at) => at - origin);
}

// The best place that no pin covers; where pins are everywhere, the one that they cover least.
function clearOf(pins, across, down) {
  const [wide, high] = [HALF_WIDTH_PX + HALF_PIN_PX, HALF_HEIGHT_PX + HALF_PIN_PX];
  const room = (at) =>
    pins.reduce((least, pin) => Math.min(least, Math.max(Math.abs(pin.x - at.x) / wide, Math.abs(pin.y - at.y) / high)), 1);
  const all = across.flatMap((x) => down.map((y) => ({ x, y })));
  const rooms = all.map(room);
  const { x, y } = all[rooms.indexOf(Math.max(...rooms))];
  return L.point(x, y);
}

function widthFor({ x, y }) {
  let width = NARROWEST_PX;
  while ((Math.ceil(x / width) + 1) * (Math.ceil(y / width) + 1) > MOST_COUNTS) width += 4;
  return width;
}

// A form of its own for each count that the language has one for, as gettext has them.
function inWords(count, { forms, form_of: formOf }) {
  const form = forms[formOf[count < formOf.length ? count : 100 + (count % 100)]];
  return form.replace("{count}", inDigits(count));
}

const inDigits = (count) => count.toLocaleString(`${document.documentElement.lang}-US`);

// The digits large, the word small; `said` is text and is never read as mark-up.
function write(button, said, count) {
  const [before, after] = said.split(inDigits(count));
  const digits = document.createElement("b");
  digits.textContent = inDigits(count);
  button.replaceChildren(before, digits, after);
}

function note(map, text) {
  const box = map.getContainer().querySelector(".crowd-missing") ?? document.createElement("p");
  box.className = "crowd-missing";
  box.textContent = text;
  if (text) map.getContainer().append(box);
  else box.remove();
}
