/* Forms whose server keeps drafts. Without this the button "keep as a draft" does it. */
(() => {
  /* Words of a draft belong to its own page only, once the server has it. data-known: the keys of all it has. */
  window.belongsElsewhere = (form, kept) => {
    const key = form.querySelector("[data-keep=key]"), words = key && kept.fields[key.name]?.[0];
    return words && words !== key.value && (form.dataset.known || "").split(" ").includes(words);
  };

  /* A page that is left (a locked phone, another app) sends what was typed. */
  for (const form of document.querySelectorAll("form[data-draft]")) {
    let isTyped = false;
    form.addEventListener("input", () => { isTyped = true; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden" || !isTyped || form.dataset.sent) return;
      isTyped = false;
      const said = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      said.set("keep", "auto");
      fetch(location.href, { method: "POST", body: said, keepalive: true })
        // Another device kept the draft meanwhile: nothing was overwritten, and the page says so.
        .then((answer) => { form.querySelector("[data-kept-elsewhere]").hidden = answer.status !== 409; })
        .catch(() => { isTyped = true; });
    });
  }
})();
