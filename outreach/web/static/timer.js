// The clock of a crisis runs on the page. Without this script the page says the minutes and is fetched anew every few seconds.
// It counts from the moment the page was made, so that a virtual clock, or a wrong one on this machine, does no harm.
"use strict";
const begun = new WeakMap();

function tick() {
  for (const shown of document.querySelectorAll("[data-until], [data-since]")) {
    if (!begun.has(shown)) begun.set(shown, performance.now());
    const now = Date.parse(shown.dataset.now) + performance.now() - begun.get(shown);
    const until = Date.parse(shown.dataset.until || shown.dataset.since);
    const left = Math.floor((shown.dataset.until ? until - now : now - until) / 1000);
    if (left < 0 || left >= 7200) continue;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    shown.textContent = shown.dataset.say.replace("{}", clock);
  }
}

setInterval(tick, 1000);
document.addEventListener("DOMContentLoaded", tick);
document.addEventListener("htmx:afterSwap", tick);
