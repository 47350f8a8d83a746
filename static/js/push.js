/* The button for push messages on the page of preferences. Without it, or without push in the browser, nothing is shown. */
(() => {
  "use strict";
  const box = document.querySelector("[data-push]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const on = box.querySelector("[data-push-on]");
  const off = box.querySelector("[data-push-off]");
  const problem = box.querySelector("[data-push-problem]");
  const token = box.querySelector("input[name=csrfmiddlewaretoken]").value;
  const show = (subscription) => {
    on.hidden = Boolean(subscription);
    off.hidden = !subscription;
  };
  const tell = (address, said) =>
    fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(said) })
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); });
  const key = () => {
    const text = box.dataset.push.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  };
  const failed = () => { problem.hidden = false; };
  const ready = navigator.serviceWorker.register(box.dataset.worker);
  on.addEventListener("click", () => ready
    .then((kept) => kept.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key() }))
    .then((subscription) => tell(box.dataset.subscribe, subscription.toJSON()).then(() => show(subscription)))
    .then(() => { problem.hidden = true; }).catch(failed));
  off.addEventListener("click", () => ready
    .then((kept) => kept.pushManager.getSubscription())
    .then((subscription) => subscription && tell(box.dataset.unsubscribe, { endpoint: subscription.endpoint }).then(() => subscription.unsubscribe()))
    .then(() => show(null)).catch(failed));
  ready.then((kept) => kept.pushManager.getSubscription()).then(show).catch(failed);
})();
