/* Keys (with keys.js) and the split view of the triage list. Everything here is also an ordinary link, button or field. */
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 80rem)");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let current = null;

  const link = (row) => row.querySelector(".row-title");
  const href = (row) => link(row).getAttribute("href");
  const box = (row) => row.querySelector("input[name=tick]");
  const pane = () => (wide.matches && window.htmx ? document.getElementById("case") : null);
  const shows = (row) => there === href(row);
  const preview = (row) => {
    if (!pane()) return false;
    asked = href(row);
    there = "";
    htmx.ajax("GET", asked, { target: "#case", swap: "innerHTML" });
    return true;
  };
  let waiting;
  let asked = "", there = ""; // whose case was fetched last, and whose is there, ready to be worked with
  let wanted = ""; // a key that was pressed before its case was there
  const choose = (row, show = true) => {
    if (current) current.classList.remove("row-current");
    current = row;
    wanted = "";
    row.classList.add("row-current");
    link(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    clearTimeout(waiting);
    if (show) waiting = setTimeout(() => preview(row), 150);
  };
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current);
    choose(all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)]);
  };

  /* What is ticked comes first; else the case beside the list, and of that never the one before it. */
  const press = (key) => {
    const isAct = !["/", "?"].includes(key), ticked = rows().some((row) => box(row).checked);
    const beside = isAct && current && !ticked ? pane() : null;
    if (beside && !shows(current)) {
      wanted = key;
      clearTimeout(waiting);
      if (asked !== href(current)) preview(current);
      return;
    }
    const target = (beside || document).querySelector(`[data-key="${key}"]`);
    if (!target) return;
    if (target.form && target.form.id === "bulk" && current && !ticked) box(current).checked = true;
    if (target.tagName === "DETAILS") {
      target.open = !target.open || key !== "?";
      target.scrollIntoView({ block: "nearest" });
      (target.querySelector("select, input:not([type=hidden]), textarea, button:not([hidden])") || target).focus();
    } else if (target.tagName === "INPUT") { target.focus(); target.select(); } else target.click();
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "act") event.target.querySelector("select, input:not([type=hidden]), textarea")?.focus();
    if (event.target.id !== "case") return;
    there = event.target.querySelector(".desk-case-head h2 a")?.getAttribute("href") || "";
    if (!wanted || !current || !shows(current)) return;
    const key = wanted;
    wanted = "";
    press(key);
  });

  /* What is done beside the list leads back to the list, and there to the same row, or to the next when that one is gone. */
  const PLACE = "triage-place";
  const kept = { get: () => { try { return JSON.parse(sessionStorage.getItem(PLACE)); } catch { return null; } },
    set: (place) => { try { sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* begin at the top */ } } };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("#case") || form.method !== "post" || form.elements.back) return;
    const back = Object.assign(document.createElement("input"), { type: "hidden", name: "back", value: location.search.slice(1) });
    form.append(back);
    if (current) kept.set({ search: location.search, href: href(current), at: rows().indexOf(current) });
  });
  const place = kept.get();
  if (place && document.getElementById("case") && place.search === location.search) {
    kept.set(null);
    const all = rows(), row = all.find((one) => href(one) === place.href) || all[Math.min(place.at, all.length - 1)];
    if (row) choose(row);
  }

  document.addEventListener("singlekey", (event) => {
    const { key, repeat } = event.detail;
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "x" && current) { if (!repeat) box(current).checked = !box(current).checked; }
    else if (key === "Enter" && current && document.activeElement === link(current)) { location.href = link(current).href; }
    else if (["a", "s", "p", "m", "/", "?"].includes(key)) { if (!repeat) press(key); }
    else return;
    event.preventDefault(); // also what found nothing: the first button of the page is not meant
  });

  /* A ready reply goes where the cursor is, or after what is written. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-insert]");
    const area = link && document.getElementById(link.dataset.insert);
    if (!area || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const words = link.closest("li").querySelector("[data-words]").textContent;
    area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    const list = link.closest("#texts");
    if (list) list.replaceChildren();
  });

  /* On a wide page a press on a row opens it beside the list; with a modifier, or narrow, it is the link it is. */
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !event.target.closest(".row-title") || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (!wide.matches || !window.htmx) return;
    event.preventDefault();
    choose(row, false);
    preview(row);
  });
})();
