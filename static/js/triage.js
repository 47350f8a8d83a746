/* Keys (with keys.js) and the split view of the triage list. Everything here is also an ordinary link, button or field. */
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 80rem)");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let current = null;

  const link = (row) => row.querySelector(".row-title");
  const preview = (row) => {
    if (!wide.matches || !window.htmx || !document.getElementById("case")) return false;
    htmx.ajax("GET", link(row).getAttribute("href"), { target: "#case", swap: "innerHTML" });
    return true;
  };
  let waiting;
  const choose = (row, show = true) => {
    if (current) current.classList.remove("row-current");
    current = row;
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
  const box = (row) => row.querySelector("input[name=tick]");

  const press = (key) => {
    const scope = key === "/" || key === "?" ? document : document.querySelector("#case [data-key]") && current && !rows().some((row) => box(row).checked)
      ? document.getElementById("case") : document;
    const target = scope.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.form && target.form.id === "bulk" && current && !rows().some((row) => box(row).checked)) box(current).checked = true;
    if (target.tagName === "DETAILS") {
      target.open = !target.open || key !== "?";
      target.scrollIntoView({ block: "nearest" });
      (target.querySelector("select, input:not([type=hidden]), textarea, button:not([hidden])") || target).focus();
    } else if (target.tagName === "INPUT") { target.focus(); target.select(); } else target.click();
    return true;
  };

  document.addEventListener("singlekey", (event) => {
    const { key, repeat } = event.detail;
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "x" && current) { if (!repeat) box(current).checked = !box(current).checked; }
    else if (key === "Enter" && current && document.activeElement === link(current)) { location.href = link(current).href; }
    else if (["a", "s", "p", "/", "?"].includes(key)) { if (!repeat) press(key); }
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
