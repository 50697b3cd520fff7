// A button that copies a link (views/copy_link.py). Where the browser does not let it, the link stands there to be copied.

export default function (component) {
  const { data, parentElement } = component;
  let button = parentElement.querySelector("button");
  if (button === null) {
    button = parentElement.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "kim-copy";
    const told = parentElement.appendChild(document.createElement("span"));
    told.className = "kim-copied";
    told.setAttribute("role", "status");
  }
  const told = parentElement.querySelector("[role=status]");
  button.textContent = data.label;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.link);
      told.textContent = data.copied;
    } catch {
      told.textContent = data.link;
    }
  };
}
