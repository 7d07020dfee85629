// Single keys for whoever works through the inbox all day. The page sends this file only to a browser in which
// somebody switched the keys on; everything they do can be done without it. It moves the focus and presses what is on
// the page already, so that a screen reader says what happens, and it leaves every key with Ctrl, Alt or Meta alone.
"use strict";

(() => {
  const rows = [...document.querySelectorAll(".cc-inbox[data-keys] [data-row]")];
  const typing = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], summary";
  if (rows.length === 0) return;

  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (place) => rows[Math.min(Math.max(place, 0), rows.length - 1)].querySelector("[data-open]").focus();
  const inRow = (selector) => rows[here()]?.querySelector(selector);

  const keys = {
    j: () => go(here() + 1),
    k: () => go(here() < 0 ? 0 : here() - 1),
    o: () => inRow("[data-open]")?.click(),
    x: () => inRow("input[type=checkbox]")?.click(),
    t: () => {
      const box = inRow("input[type=checkbox]");
      const take = document.querySelector("#many button[value=take]");
      if (!box || !take) return;
      for (const other of document.querySelectorAll("#many [data-row] input[type=checkbox]")) other.checked = other === box;
      take.click();
    },
  };

  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && !event.isComposing;
    if (!plain || event.defaultPrevented || event.target.closest(typing) || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
