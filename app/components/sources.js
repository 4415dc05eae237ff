// The list of sources; the chosen one shows its passage. Text enters the page as text nodes only.

const HAN = /[\u4e00-\u9fff]/;

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function head(source, open, choose) {
  const button = make("button", "head");
  button.type = "button";
  button.dataset.key = String(source.key);
  button.setAttribute("aria-expanded", String(open));
  button.setAttribute("aria-label", source.label);
  button.onclick = () => choose(source.key);
  if (source.number !== null) button.append(make("span", "number", String(source.number)));
  const words = make("span", "words");
  words.append(make("span", "document", source.document));
  if (source.page) words.append(make("span", "page", source.page));
  button.append(words, make("span", "arrow"));
  return button;
}

function passage(source, data) {
  const box = make("div", "passage");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.passageLabel);
  if (source.missing) box.append(make("p", "missing", data.missing));
  const text = make("p", "text");
  text.lang = HAN.test(source.before + source.marked + source.after) ? "zh" : "en";
  if (source.before) text.append(source.before);
  if (source.marked) text.append(make("mark", "", source.marked));
  if (source.after) text.append(source.after);
  box.append(text);
  return box;
}

function bringIntoView(root) {
  const box = root.querySelector(".passage");
  const mark = root.querySelector("mark");
  if (!box) return;
  if (mark) box.scrollTop = mark.offsetTop - box.offsetTop - box.clientHeight / 3;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const focused = root.getRootNode().activeElement;
  const focusedKey = focused ? focused.dataset.key : undefined;

  const choose = (key) => setTriggerValue("choice", key);
  const list = make("ol", "list");
  for (const source of data.sources) {
    const open = source.key === data.chosen;
    const item = make("li", open ? "source open" : "source");
    item.append(head(source, open, choose));
    if (open && source.headings.length) {
      item.append(make("p", "headings", source.headings.join(" › ")));
    }
    if (open) item.append(passage(source, data));
    list.append(item);
  }
  const children = [make("h2", "title", data.title)];
  if (data.subtitle) children.push(make("p", "subtitle", data.subtitle));
  root.replaceChildren(...children, list);

  if (focusedKey !== undefined) root.querySelector(`[data-key="${focusedKey}"]`)?.focus();
  bringIntoView(root);
  const seen = root.dataset.reveal;
  root.dataset.reveal = String(data.reveal);
  if (data.reveal && seen !== String(data.reveal)) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    root
      .querySelector(".open")
      ?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }
}
