/* Shows the push messages of this portal; a click on one opens it. The browser keeps it, also while no page is open. */
"use strict";
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "", { body: told.body || "", data: told.link || "/notices/" }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data || "/notices/", self.location.origin);
  if (link.origin === self.location.origin) event.waitUntil(self.clients.openWindow(link.href));
});
