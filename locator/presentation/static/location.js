// Where the device is, as far as a search may know it: only the cell it lies in, and only where that is good enough.
// The first document and Streamlit's page both ask here.
(() => {
  "use strict";

  const CELLS_A_DEGREE = 100;
  const ACCURACY_STEP_M = 100;
  const ASKED = { enableHighAccuracy: false, maximumAge: 5 * 60_000, timeout: 10_000 };
  const FAILURES = { 1: "denied", 2: "unavailable", 3: "timed_out" };

  const rounded = ({ latitude, longitude, accuracy }) => ({
    lat_deg: Math.round(latitude * CELLS_A_DEGREE) / CELLS_A_DEGREE,
    lon_deg: Math.round(longitude * CELLS_A_DEGREE) / CELLS_A_DEGREE,
    accuracy_m: Math.ceil(accuracy / ACCURACY_STEP_M) * ACCURACY_STEP_M,
  });

  window.drgLocation = {
    isKnowable: () => Boolean(navigator.geolocation) && isSecureContext,
    // Either { location } or { outcome }, the name of why there is none.
    find: (roughestM) =>
      new Promise((answer) => {
        navigator.geolocation.getCurrentPosition(
          ({ coords }) =>
            answer(coords.accuracy <= roughestM ? { location: rounded(coords) } : { outcome: "imprecise" }),
          ({ code }) => answer({ outcome: FAILURES[code] }),
          ASKED,
        );
      }),
  };
})();
