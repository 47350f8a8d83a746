/* Single keys press whatever carries them as data-key: each is also an ordinary link or button. One switch for all pages,
   as some people's tools send letters. A page with keys of its own listens for "singlekey" and prevents its default. */
(() => {
  "use strict";
  const STORE = "single-keys", BEFORE = "triage-keys"; // the triage list had a switch of its own
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  let on = (stored(STORE) ?? stored(BEFORE)) !== "off";
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
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target) target.click();
    return Boolean(target);
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    const told = new CustomEvent("singlekey", { cancelable: true, detail: { key: event.key, repeat: event.repeat } });
    if (!document.dispatchEvent(told) || (!event.repeat && press(event.key))) event.preventDefault();
  });
})();
