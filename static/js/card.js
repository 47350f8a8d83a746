/* Has the browser keep the emergency card that is open. Without workers the page is what it is: the PDF can be saved. */
(() => {
  "use strict";
  const box = document.querySelector("[data-card-worker]");
  if (!box || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "kept") box.hidden = false; });
  navigator.serviceWorker.register(box.dataset.cardWorker, { scope: "/contacts/card/" })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => ready.active.postMessage(window.location.pathname))
    .catch(() => {});
})();
