/* Small helps on top of pages that work without script. No framework, no eval, nothing kept but the reader's own words. */
(() => {
  "use strict";
  const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

  /* The error summary takes the focus, so that it is read first. */
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  /* One press is one act. The button is free again after Back, or after ten seconds. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const free = () => {
      delete form.dataset.sent;
      each("[aria-disabled]", (button) => button.removeAttribute("aria-disabled"), form);
    };
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    setTimeout(free, 10000);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    each("form[data-sent]", (form) => delete form.dataset.sent);
    each("button[aria-disabled]", (button) => button.removeAttribute("aria-disabled"));
  });

  /* Words typed into <form data-keep="name"> stay in this browser until the server has them: an expired session or a
     lost token loses nothing. The server says it has them with <meta name="kept" content="name"> on the next page. */
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or private: do without */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* same */ } },
  };
  const owner = document.body.dataset.person || "anyone";
  const keyOf = (name) => `kept:${owner}:${name}`;
  const keepable = (field) => field.name && (field.dataset.keep || !["password", "file", "hidden", "submit", "button"].includes(field.type));
  each("meta[name=kept]", (meta) => store.drop(keyOf(meta.content)));
  each("form[data-keep]", (form) => {
    const key = keyOf(form.dataset.keep);
    const kept = store.get(key);
    if (kept && !summary && !window.belongsElsewhere?.(form, kept) && Date.now() - kept.at < 7 * 864e5) {
      for (const field of form.elements) {
        const words = kept.fields[field.name];
        if (!keepable(field) || words === undefined) continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked = words.includes(field.value);
        // What the server had written in a field gives way only when it is the same that was written over.
        else if (!field.value || field.type === "select-one" || field.dataset.keep || kept.over?.[field.name] === field.defaultValue) field.value = words[0];
      }
    }
    let waiting;
    const keep = () => {
      const fields = {}, over = {};
      for (const field of form.elements) {
        if (!keepable(field)) continue;
        if (field.defaultValue) over[field.name] = field.defaultValue;
        if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
        if (field.value) (fields[field.name] ||= []).push(field.value);
      }
      store.set(key, { at: Date.now(), fields, over });
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); });
    form.addEventListener("submit", keep);
    document.addEventListener("visibilitychange", () => { if (waiting && document.visibilityState === "hidden") keep(); });
  });

  /* Signing out forgets what was kept for this person. */
  each("form[data-forget]", (form) => form.addEventListener("submit", () => {
    try { Object.keys(localStorage).filter((k) => k.startsWith("kept:")).forEach((k) => localStorage.removeItem(k)); } catch { /* none */ }
  }));

  /* Countdowns: minutes of service time, running only while the clock runs. */
  const words = document.body.dataset;
  const span = (minutes) => {
    const hours = Math.floor(minutes / 60), rest = minutes % 60;
    if (!hours) return words.minutes.replace("0", rest);
    if (!rest || hours > 9) return words.hours.replace("0", hours);
    return `${words.hours.replace("0", hours)} ${words.minutes.replace("0", rest)}`;
  };
  const tick = () => each("[data-minutes-left][data-running]", (chip) => {
    chip.dataset.read ||= Date.now();
    const left = Number(chip.dataset.minutesLeft) - Math.floor((Date.now() - chip.dataset.read) / 60000);
    chip.classList.toggle("countdown-late", left < 0);
    const text = chip.querySelector("span");
    if (text) text.textContent = (left < 0 ? words.late : words.left).replace("0", () => span(Math.abs(left)));
  });
  if (words.left) setInterval(tick, 30000);

  /* An open menu closes on Escape and on a press elsewhere. */
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => each("details.menu[open]", (menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  }));

  /* Print buttons need script, so they appear with it. */
  each("[data-print]", (button) => { button.hidden = false; button.addEventListener("click", () => print()); });

  /* htmx: the token of the page goes along; what arrives is brought to life. */
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const found = event.target.querySelector && event.target.querySelector(".error-summary");
    if (found) found.focus();
  });
})();
