// Finds a typed place and ranks the clinics around it, as the app does on its server: `locator/geocoding`, `search`
// and `listing` say why. It gets data and gives data: nothing here touches the page or goes anywhere.
"use strict";

window.drgSearch = (() => {
  const METRES_PER_MILE = 1609.344;
  const RANGE_STEP_M = METRES_PER_MILE / 10;
  const TRAVEL_STANDARD_M = 60 * METRES_PER_MILE;
  const PAUSE = ",";
  const ZIP = /^([0-9]{5})(?:-?[0-9]{4})?$/;

  const { sites, places, limit, unplaced } = window.drgSite;
  const { words, texts } = window.drgWords;
  const { spelling } = places;
  const byId = new Map(sites.map((site) => [site.id, site]));
  const sets = Object.fromEntries(
    ["opening", "closing", "here", "filler", "lone", "zip_words", "street_ends"].map((name) => [name, new Set(spelling[name])]),
  );
  const long = new Map(Object.entries(spelling.long_forms));
  const states = new Map(Object.entries(spelling.states));
  const byState = (entry) => (Array.isArray(entry) ? { "": [entry[1]], [entry[0]]: [entry[1]] } : entry);
  const named = new Map(Object.entries(places.names).map(([key, entry]) => [key, byState(entry)]));
  const zips = new Map(Object.entries(places.zips));
  const prefixes = new Map(Object.entries(places.prefixes));

  // Sentences

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);

  const counted = ({ forms, of }, count, values) => filled(forms[of[count]], { count, ...values });

  // As Python rounds: an exact half goes to the even digit.
  function rounded(value, digits) {
    const scaled = value * 10 ** digits;
    const isHalf = Math.abs(scaled % 1) === 0.5 && Number.isInteger(value * 2 ** (digits + 1));
    return (isHalf ? 2 * Math.round(scaled / 2) / 10 ** digits : value).toFixed(digits);
  }

  const miles = (metres) => rounded(metres / METRES_PER_MILE, 1);

  // Places

  // A row may be another's number and one note more.
  function rowOf(number) {
    const row = places.rows[number];
    if (typeof row[0] === "string") return row;
    const plainer = rowOf(row[0]);
    return [...plainer.slice(0, 5), row[1], ...plainer.slice(5)];
  }

  function place(number, ...added) {
    const [name, lat, lon, radiusMi, label, ...notes] = rowOf(number);
    const said = (text) => texts[text].replaceAll("{name}", name);
    return {
      number,
      label: said(label),
      lat,
      lon,
      radius_m: radiusMi * METRES_PER_MILE,
      notes: [...added, ...notes.map(said)],
    };
  }

  // Of places with one label, the first is the one without a note on how it was understood.
  const labelled = new Map();
  for (const number of places.rows.keys()) {
    const key = keyOf(wordsIn(tokensOf(place(number).label)));
    const before = labelled.get(key);
    if (before === undefined || rowOf(number).length < rowOf(before).length) labelled.set(key, number);
  }

  function folded(text) {
    return text
      .normalize("NFKD")
      .replace(/[\u2018\u2019\u02bc\u00b4\u2032]/g, "'")
      .replace(/\p{Pd}/gu, "-")
      .replace(/[\p{Mn}\p{Me}\p{Cf}]/gu, "")
      .toLowerCase();
  }

  function tokensOf(text) {
    const plain = folded(text)
      .replace(/(?<=[a-z])(?=[0-9]{5}(?![0-9]))/g, " ")
      .replace(/['`]/g, "")
      .replaceAll("&", " and ")
      .replaceAll("#", " unit ")
      .replace(/[;|/()[\]\n\r]/g, PAUSE);
    return plain.match(/,|\p{Nd}+(?:[.-]\p{Nd}+)+|[\p{L}\p{N}]+/gu) ?? [];
  }

  function wordsIn(tokens) {
    return tokens.filter((token) => token !== PAUSE);
  }

  function keyOf(said) {
    return said.map((word) => long.get(word) ?? word).join("");
  }

  function stripped(tokens) {
    let [start, end] = [0, tokens.length];
    while (start < end && tokens[start] === PAUSE) start += 1;
    while (end > start && tokens[end - 1] === PAUSE) end -= 1;
    return tokens.slice(start, end);
  }

  function withoutEdges(tokens) {
    let kept = stripped(tokens);
    for (const country of spelling.countries) {
      const ends = kept.slice(-country.length).join(" ") === country.join(" ");
      if (kept.length > country.length && ends) kept = stripped(kept.slice(0, -country.length));
    }
    while (kept.length > 1 && sets.opening.has(kept[0])) kept = stripped(kept.slice(1));
    while (kept.length > 1 && sets.closing.has(kept.at(-1))) kept = stripped(kept.slice(0, -1));
    return kept;
  }

  function splitState(tokens) {
    for (let count = Math.min(3, tokens.length); count > 0; count -= 1) {
      const tail = tokens.slice(-count);
      const state = states.get(tail.join("")) ?? states.get(keyOf(tail));
      if (state) return [stripped(tokens.slice(0, -count)), state];
    }
    return [tokens, ""];
  }

  const refused = (reason, found = []) => ({
    kind: "none",
    reason: words.refusals[reason],
    places: found.map((number) => place(number)),
  });

  function answered(numbers, ...added) {
    const found = [...new Set(numbers)].map((number) => place(number, ...added));
    return found.length === 1 ? { kind: "one", places: found } : { kind: "several", places: found };
  }

  // What the text names: one place, several it may mean, or none and why.
  function find(text) {
    const trimmed = text.trim();
    if (!trimmed) return refused("EMPTY");
    if (trimmed.length > spelling.longest) return refused("TOO_LONG");
    const tokens = tokensOf(trimmed);
    const said = wordsIn(tokens);
    if (!said.length) return refused("NO_WORDS");
    if (saysHere(said)) return refused("HERE");
    const label = labelled.get(keyOf(said));
    if (label !== undefined) return answered([label]);
    const stated = withoutNearMe(stripped(tokens));
    const kept = withoutEdges(stated);
    const several = zipsIn(kept);
    if (several.length > 1) return answered(several.map((code) => zips.get(code)[0]));
    const zip = splitZip(kept);
    const found = zip ? byZip(zip) : byName(kept);
    return found.kind === "none" && stated.length < stripped(tokens).length ? refused("HERE") : found;
  }

  // Words that speak of where a person is, or of clinics, and name no place at all.
  function saysHere(said) {
    if (sets.here.has(said.join(" "))) return true;
    if (said.length === 1) return ["me", "in"].includes(said[0]) || (sets.filler.has(said[0]) && !sets.lone.has(said[0]));
    return said.every((word) => sets.filler.has(word) || sets.lone.has(word));
  }

  function withoutNearMe(tokens) {
    const ending = spelling.near_me.find((end) => tokens.slice(-end.length).join(" ") === end.join(" "));
    return ending && tokens.length > ending.length ? tokens.slice(0, -ending.length) : tokens;
  }

  // The known ZIP codes of a text, but for house numbers: a second one is never taken in silence.
  function zipsIn(tokens) {
    const codes = tokens.flatMap((token, at) => {
      const digits = ZIP.exec(token)?.[1];
      const isLast = !tokens.slice(at + 1).some((other) => ZIP.test(other));
      return digits && zips.has(digits) && (isLast || !isStreet(partsOf(tokens.slice(at + 1))[0] ?? [])) ? [digits] : [];
    });
    return [...new Set(codes)];
  }

  const isStreet = (part) => part.slice(1).some((word) => sets.street_ends.has(word));

  function splitZip(tokens) {
    for (let at = tokens.length - 1; at >= 0; at -= 1) {
      const digits = ZIP.exec(tokens[at]);
      if (!digits) continue;
      const others = (part) => stripped(part.filter((token) => !sets.zip_words.has(token)));
      const after = others(tokens.slice(at + 1));
      if (/^[0-9]{4}$/.test(after[0] ?? "") && (after.length === 1 || after[1] === PAUSE)) after.shift();
      return { code: digits[1], before: others(tokens.slice(0, at)), after: stripped(after) };
    }
    return null;
  }

  function byZip({ code, before, after }) {
    const [names, state] = splitState(stripped([...before, PAUSE, ...after]));
    const known = zips.get(code);
    const stated = state ? named.get("")[state] ?? [] : [];
    if (!known) return byFirstDigits(code, state, wordsIn(names).length > 0);
    const [number, ownState, accepted] = known;
    if (state && state !== ownState) return answered([number, ...stated]);
    const parts = partsOf(names);
    const used = acceptedIn(parts, accepted);
    if (used) return answered([number], ...(used < parts.length ? [words.only_zip] : []));
    const beside = lookedUp(keyOf(wordsIn(names)), state) ?? lookedUp(keyOf(parts.at(-1)), state) ?? [];
    if (beside.length) return answered([number, ...beside]);
    // A house number may look like a ZIP code where a street follows it.
    const isNumber = partsOf(splitState(after)[0]).some(isStreet);
    return isNumber ? refused("NUMBER_OR_ZIP", [number]) : answered([number], words.only_zip);
  }

  // How many of the parts, if any, mail to the ZIP code may carry as its city; all where nothing else is said.
  function acceptedIn(parts, accepted) {
    const names = accepted.split(" ");
    if (!parts.length || names.includes(keyOf(parts.flat()))) return Math.max(1, parts.length);
    return parts.filter((part) => names.includes(keyOf(part))).length;
  }

  function byFirstDigits(code, state, hasNames) {
    const regions = prefixes.get(code.slice(0, 3));
    if (!regions) {
      const alike = [...zips.keys()].filter((other) => other.startsWith(code.slice(0, 3)));
      alike.sort((a, b) => Math.abs(a - code) - Math.abs(b - code) || (a < b ? -1 : 1));
      return refused("BAD_ZIP", alike.slice(0, 5).map((other) => zips.get(other)[0]));
    }
    const stated = state ? named.get("")[state] ?? [] : [];
    const inState = stated.some((number) => regions.some((region) => isIn(region, number)));
    if (stated.length && !inState) return answered([...regions, ...stated]);
    return answered(regions, ...(hasNames ? [words.only_zip] : []));
  }

  // A region of first digits is labelled with its state's name in brackets.
  const isIn = (region, state) => place(region).label.endsWith(`(${place(state).label.replace(/ \(.*/, "")})`);

  const lookedUp = (key, state) => named.get(key)?.[state];

  function partsOf(tokens) {
    const parts = [[]];
    for (const token of tokens) {
      if (token === PAUSE || token === "or") parts.push([]);
      else parts.at(-1).push(token);
    }
    return parts.filter((part) => part.length);
  }

  function byName(tokens) {
    const whole = lookedUp(keyOf(wordsIn(tokens)), "");
    if (whole) return answered(whole);
    const [names, state] = splitState(tokens);
    const parts = partsOf(names);
    const found = lookedUp(keyOf(parts.flat()), state);
    if (found) return answered(found);
    if (wordsIn(tokens).every((word) => /^\p{Nd}+$/u.test(word))) return refused("ZIP_LENGTH");
    const each = parts.map((part) => lookedUp(keyOf(part), state));
    if (parts.length > 1 && each.at(-1)) {
      const every = each.every(Boolean);
      return every ? answered(each.flat()) : answered(each.at(-1), words.only_place);
    }
    return refused(state && parts.length ? "WRONG_STATE" : "NOT_FOUND");
  }

  // Distances

  // Length in metres of the WGS-84 geodesic: T. Vincenty, "Direct and inverse solutions of geodesics on the
  // ellipsoid with application of nested equations", Survey Review 23 (176), 1975. Within the United States it is
  // within a tenth of a millimetre of the app's own; points almost opposite each other on Earth do not occur.
  function distance(from, to) {
    const a = 6378137;
    const f = 1 / 298.257223563;
    const b = a * (1 - f);
    const radians = Math.PI / 180;
    const L = (to.lon - from.lon) * radians;
    const U1 = Math.atan((1 - f) * Math.tan(from.lat * radians));
    const U2 = Math.atan((1 - f) * Math.tan(to.lat * radians));
    const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
    let lambda = L;
    for (let turn = 0; turn < 200; turn += 1) {
      const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
      const sinS = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
      if (sinS === 0) return 0;
      const cosS = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
      const sigma = Math.atan2(sinS, cosS);
      const sinA = (cosU1 * cosU2 * sinL) / sinS;
      const cos2A = 1 - sinA * sinA;
      const cosM = cos2A ? cosS - (2 * sinU1 * sinU2) / cos2A : 0;
      const C = (f / 16) * cos2A * (4 + f * (4 - 3 * cos2A));
      const before = lambda;
      lambda = L + (1 - C) * f * sinA * (sigma + C * sinS * (cosM + C * cosS * (2 * cosM * cosM - 1)));
      if (Math.abs(lambda - before) > 1e-14) continue;
      const u2 = (cos2A * (a * a - b * b)) / (b * b);
      const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
      const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
      const inner = cosS * (2 * cosM * cosM - 1) - (B / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3);
      return b * A * (sigma - B * sinS * (cosM + (B / 4) * inner));
    }
    throw new RangeError("these points lie almost opposite each other");
  }

  function matched(pairs, radius_m) {
    let before = null;
    return pairs.map(({ site, distance_m }) => {
      const low_m = Math.floor(Math.max(0, distance_m - radius_m) / RANGE_STEP_M) * RANGE_STEP_M;
      const high_m = Math.ceil((distance_m + radius_m) / RANGE_STEP_M) * RANGE_STEP_M;
      const range = { low: miles(low_m), high: miles(high_m) };
      const same = before !== null && low_m <= before;
      before = high_m;
      const isExact = high_m - low_m < 1.5 * RANGE_STEP_M;
      return { site, miles: miles(distance_m), range: isExact ? null : range, same };
    });
  }

  // Whether a clinic offers what is asked for: "yes", "no" or "unknown", which is never read as no.
  function offers(site, { need, day, wheelchair }) {
    const asked = [];
    if (need === "evaluation" || need === "both") asked.push(site.evaluation);
    if (need === "procedure" || need === "both") asked.push(site.procedure);
    if (day !== "") asked.push(site.open_on[day]);
    if (wheelchair) asked.push(site.entrance);
    if (asked.includes("no")) return "no";
    return asked.includes("unknown") ? "unknown" : "yes";
  }

  const byDistance = (a, b) => a.distance_m - b.distance_m || (a.site.id < b.site.id ? -1 : 1);

  function ranked(start, filters) {
    const placed = sites.filter((site) => site.point);
    const pairs = placed.map((site) => {
      const [lat, lon] = site.point;
      return { site, distance_m: distance(start, { lat, lon }), fits: offers(site, filters) };
    });
    pairs.sort(byDistance);
    const within_m = filters.within ? filters.within * METRES_PER_MILE : Infinity;
    const near = pairs.filter(({ distance_m }) => distance_m <= within_m);
    const [sure, unsure] = ["yes", "unknown"].map((fits) => near.filter((one) => one.fits === fits).slice(0, limit));
    const fitting = pairs.filter(({ fits }) => fits !== "no").length;
    return {
      matches: matched(sure, start.radius_m),
      possible: matched(unsure, start.radius_m),
      unplaced: unplaced
        .map((id) => ({ site: byId.get(id) }))
        .filter(({ site }) => offers(site, filters) !== "no"),
      farther: fitting - sure.length - unsure.length,
      not_offered: pairs.length - fitting,
      nearest_m: pairs.length ? pairs[0].distance_m : null,
    };
  }

  // What the page says and lists

  const asksNothing = ({ need, day, wheelchair }) => need === "any" && day === "" && !wheelchair;

  const asked = ({ need, day, wheelchair }) => words.asked[`${need} ${day} ${wheelchair ? "wheelchair" : ""}`];

  function found(fitting, possible, near) {
    const said = near ? counted(words.found_near, fitting, { place: near }) : counted(words.found, fitting);
    return possible ? counted(words.more, possible, { found: said }) : `${said}.`;
  }

  function grouped(...groups) {
    let number = 0;
    return groups
      .filter(({ cards }) => cards.length)
      .map((group) => ({ ...group, cards: group.cards.map((card) => ({ ...card, number: (number += 1) })) }));
  }

  const mayFit = (filters, cards) => ({
    heading: words.may_fit,
    explanation: filled(words.may_fit_why, { asked: asked(filters) }),
    cards,
  });

  // All clinics by city, before any search.
  function all(filters) {
    const cards = (fits) => sites.filter((site) => offers(site, filters) === fits).map((site) => ({ site }));
    const [fitting, possible] = [cards("yes"), cards("unknown")];
    const heading = asksNothing(filters) ? words.all : words.fit;
    return {
      announcement: found(fitting.length, possible.length),
      notes: [],
      groups: grouped({ heading, explanation: "", cards: fitting }, mayFit(filters, possible)),
    };
  }

  // The clinics around a place, nearest first, with how sure the distances are and what was left out.
  function around(start, filters) {
    const results = ranked(start, filters);
    const isOutside = results.nearest_m !== null && results.nearest_m - start.radius_m > TRAVEL_STANDARD_M;
    const groups = grouped(
      { heading: words.nearest, explanation: "", cards: results.matches },
      mayFit(filters, results.possible),
      { heading: words.unplaced, explanation: words.unplaced_why, cards: results.unplaced },
    );
    return {
      announcement: announced(start, filters, results, groups, isOutside),
      notes: noted(start, filters, results, isOutside),
      groups,
    };
  }

  function announced(start, filters, results, groups, isOutside) {
    if (isOutside) return filled(words.outside, { place: start.label });
    if (groups.length) {
      return found(results.matches.length, results.possible.length + results.unplaced.length, start.label);
    }
    if (results.farther && results.nearest_m !== null) {
      return counted(words.none_within, results.farther, { miles: filters.within, place: start.label });
    }
    return filled(asksNothing(filters) ? words.none_listed : words.none_fits, { place: start.label });
  }

  function noted(start, filters, results, isOutside) {
    const spread = start.radius_m > 0 ? ` ${filled(words.spread, { miles: miles(start.radius_m) })}` : "";
    const notes = [...start.notes, words.straight_line + spread];
    if (results.farther) notes.push(counted(words.farther, results.farther));
    if (results.not_offered) notes.push(counted(words.without, results.not_offered, { asked: asked(filters) }));
    if (isAllUnconfirmed(results.matches, filters.need)) notes.unshift(words.unconfirmed[filters.need]);
    if (isOutside) {
      notes.unshift(filled(words.outside_advice, { miles: rounded(results.nearest_m / METRES_PER_MILE, 0) }));
    }
    return notes;
  }

  function isAllUnconfirmed(matches, need) {
    if (need === "any" || !matches.length) return false;
    const roles = { evaluation: ["evaluation"], procedure: ["procedure"], both: ["evaluation", "procedure"] }[need];
    return !matches.some(({ site }) => roles.every((role) => site.confirmed.includes(role)));
  }

  // What to show for a typed text: a listing, and what to ask where the text does not name one place.
  function answer(text, filters) {
    const { kind, places: known, reason } = find(text);
    if (kind === "one") return { ...around(known[0], filters), start: known[0], question: null };
    const below = asksNothing(filters) ? words.below_all : words.below_fit;
    const said = kind === "several" ? filled(words.choose, { count: known.length }) : words.not_found;
    const heading = kind === "several" ? filled(words.which, { count: known.length }) : words.not_found_heading;
    return {
      ...all(filters),
      announcement: `${said} ${below}`,
      start: null,
      question: { heading, reason: reason ?? "", offer: kind === "none" ? words.did_you_mean : "", places: known },
    };
  }

  return { find, place, distance, around, all, answer, filled };
})();
