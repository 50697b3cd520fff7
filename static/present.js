"use strict";

// The keys of the page for the projector (views/present.py), those of a remote control too. Streamlit's own shortcuts of
// buttons are told in English, and to screen readers in a way that they are not allowed to hear.
(() => {
  if (window.kimPresent) {
    return;
  }
  window.kimPresent = true;

  const buttons = {
    ArrowRight: "on",
    PageDown: "on",
    ArrowLeft: "back",
    PageUp: "back",
    Escape: "end",
  };

  document.addEventListener("keydown", (event) => {
    const name = buttons[event.key];
    const button = name && document.querySelector(`.st-key-present-${name} button`);
    const arrow = event.key.startsWith("Arrow");
    // A map is moved by its arrows.
    const own = arrow && event.target.closest?.(".leaflet-container") !== null;
    if (button && !own && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      button.click();
    }
  });
})();
