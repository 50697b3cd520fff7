// The usual keys for undo and redo (views/shortcuts.py), anywhere on the page but where text is being written.

const listeners = new WeakMap();

export default function (component) {
  const { parentElement, setStateValue } = component;
  const listener = listeners.get(parentElement) ?? begin(parentElement);
  listener.report = (log) => setStateValue("log", log);
  return () => {
    document.removeEventListener("keydown", listener.listen);
    listeners.delete(parentElement);
  };
}

// Steps are numbered by their place in the log, so that none is lost where several come before the page answers.
function begin(parentElement) {
  const listener = { run: crypto.getRandomValues(new Uint32Array(2)).join("-"), steps: "", report: null };
  listener.listen = (event) => {
    const step = stepOf(event);
    if (step !== null && !writing(event.target)) {
      event.preventDefault();
      listener.steps += step;
      listener.report({ run: listener.run, steps: listener.steps });
    }
  };
  document.addEventListener("keydown", listener.listen);
  listeners.set(parentElement, listener);
  return listener;
}

function stepOf(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) {
    return null;
  }
  const key = event.key.toLowerCase();
  if (key === "z") {
    return event.shiftKey ? "r" : "u";
  }
  return key === "y" && !event.shiftKey ? "r" : null;
}

function writing(target) {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.closest("[role=dialog]") !== null) {
    return true;
  }
  // In the field of a list something is written only while the list is open.
  const list = target.getAttribute("role") === "combobox" && target.getAttribute("aria-expanded") !== "true";
  const buttons = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];
  return target.tagName === "INPUT" && !list && !buttons.includes(target.type);
}
