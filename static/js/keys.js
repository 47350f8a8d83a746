/* Single keys press whatever carries them as data-key: each is also an ordinary link or button. Can be switched off. */
(() => {
  "use strict";
  const STORE = "single-keys";
  const stored = () => { try { return localStorage.getItem(STORE); } catch { return null; } };
  let on = stored() !== "off";
  const button = document.querySelector("[data-keys-switch]");
  const label = () => { button.textContent = on ? button.dataset.off : button.dataset.on; };
  if (button) {
    button.hidden = false;
    label();
    button.addEventListener("click", () => {
      on = !on;
      try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* this page only */ }
      label();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
