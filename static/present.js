"use strict";

// The keys of a remote control on the page for the projector (views/present.py); arrows and Escape are Streamlit's own.
(() => {
  if (window.kimPresent) {
    return;
  }
  window.kimPresent = true;

  const buttons = { PageDown: ".st-key-present-on", PageUp: ".st-key-present-back" };

  document.addEventListener("keydown", (event) => {
    const button = document.querySelector(`${buttons[event.key] ?? "none"} button`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
})();
