/* Keeps the emergency cards that were opened, without names or menus, so that they open where there is no network. */
"use strict";
const KEPT = "emergency-cards";
const CARD = /^\/contacts\/card\/[0-9a-f-]{36}\/$/;
const keep = async (cache, address) => {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  await cache.put(address, answer.clone());
  return answer;
};
const keepCard = async (path) => {
  const cache = await caches.open(KEPT);
  const page = await keep(cache, `${path}kept/`);
  const styles = [...(await page.text()).matchAll(/href="(\/[^"]+\.css[^"]*)"/g)].map((found) => found[1]);
  await Promise.all(styles.map((address) => keep(cache, address)));
};
const kept = async (address) => (await (await caches.open(KEPT)).match(address)) || Response.error();
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (typeof event.data === "string" && CARD.test(event.data)) event.waitUntil(keepCard(event.data).then(() => event.source.postMessage("kept"), () => {}));
});
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const isCard = event.request.mode === "navigate" && CARD.test(address.pathname);
  if (isCard) event.respondWith(fetch(event.request).catch(() => kept(`${address.pathname}kept/`)));
  else if (address.pathname.endsWith(".css")) event.respondWith(fetch(event.request).catch(() => kept(address.pathname)));
});
