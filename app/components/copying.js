// Puts a text on the clipboard and says whether it is there.

const SVG = "http://www.w3.org/2000/svg";
const SHEETS = "M9 3h9a2 2 0 0 1 2 2v11M4 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2";
const SAID_MS = 2500;

function sign() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHEETS);
  svg.append(path);
  return svg;
}

// Where a page is not served over HTTPS, browsers have no clipboard but that of the selection.
function copiedBySelection(text) {
  const area = make("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  root.copyText = data.text;
  if (root.dataset.label === data.words.copy) return;
  root.dataset.label = data.words.copy;
  const button = make("button", "copy");
  button.type = "button";
  button.append(sign(), make("span", "", data.words.copy));
  const told = make("span", "told");
  told.setAttribute("role", "status");
  button.onclick = async () => {
    const done = await copied(root.copyText);
    button.focus();
    told.textContent = done ? data.words.copied : data.words.not_copied;
    clearTimeout(root.forget);
    root.forget = setTimeout(() => (told.textContent = ""), SAID_MS);
  };
  root.replaceChildren(button, told);
}
