/* What to say when a passkey does not come about. The library tells of it by an event; without us only the console knew. */
(() => {
  "use strict";
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const problem = document.querySelector("[data-passkey-problem]");
    if (!problem) return;
    const error = event.detail.exception;
    problem.textContent = error && error.name === "InvalidStateError" ? problem.dataset.known : problem.dataset.refused;
    problem.hidden = false;
    document.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
})();
