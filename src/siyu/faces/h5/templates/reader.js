// Counts for how long this page is looked at, and tells it: every fifteen seconds, and whenever it is left. Nothing else is told.
(() => {
  const beacon = document.querySelector("[data-beacon]")?.dataset.beacon;
  if (!beacon) return;
  let since = document.visibilityState === "visible" ? performance.now() : null;
  const tell = () => {
    if (since === null) return;
    const seconds = Math.floor((performance.now() - since) / 1000);
    if (seconds < 1) return;
    since += seconds * 1000;
    navigator.sendBeacon(beacon, new URLSearchParams({ seconds: String(Math.min(seconds, 3600)) }));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") since = performance.now();
    else {
      tell();
      since = null;
    }
  });
  addEventListener("pagehide", tell);
  setInterval(tell, 15000);
})();
