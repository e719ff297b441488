// Small comforts only: every page works without this file.
"use strict";

// A letter is as long as it is: no scroll bar inside a scroll bar.
for (const frame of document.querySelectorAll("iframe.paper")) {
  const fit = () => {
    const inside = frame.contentDocument;
    if (inside && inside.documentElement) frame.style.height = `${inside.documentElement.scrollHeight + 2}px`;
  };
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
  fit();
}

// A phone shows its latest text.
const talk = document.querySelector(".talk");
if (talk) talk.scrollTop = talk.scrollHeight;

// Enter sends, Shift+Enter makes a new line.
const box = document.querySelector(".write textarea");
if (box) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (box.value.trim()) box.form.requestSubmit();
    }
  });
}

// Look for news now and then; never while somebody is writing or reading a letter.
const seen = document.body.dataset.seq;
if (!document.querySelector(".tabs")) {
  setInterval(async () => {
    const busy = [...document.querySelectorAll("textarea, input")].some((field) => field.value !== field.defaultValue || field === document.activeElement && field.type === "search");
    if (document.hidden || busy) return;
    try {
      const answer = await fetch("/sandbox/pulse");
      const news = await answer.json();
      if (String(news.seq) !== seen) location.reload();
    } catch {
      // The sandbox has ended; the page stays as it is.
    }
  }, 3000);
}
