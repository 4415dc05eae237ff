// Sentences with citation chips and what is said against them. Text enters as text nodes only.

const HAN = /[\u4e00-\u9fff]/;
const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  supported: "M3 8.5 6.5 12 13 4.5",
  partly: "M2 9.5c2-4 4-4 6-1.5s4 2.5 6-1.5",
  unsupported: "M4 4l8 8M12 4l-8 8",
};

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function sign(verdict) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SIGNS[verdict]);
  svg.append(path);
  return svg;
}

function chip({ number, label }, { verdict, word }, chosen, choose) {
  const button = make("button", "chip", String(number));
  const said = word ? `${label} (${word})` : label;
  button.type = "button";
  button.dataset.number = String(number);
  button.title = said;
  button.setAttribute("aria-label", said);
  button.setAttribute("aria-pressed", String(number === chosen));
  if (verdict) {
    button.dataset.verdict = verdict;
    button.append(sign(verdict));
  }
  button.onclick = () => choose(number);
  return button;
}

// What stands between two sentences; a mere blank goes where reasons stand open before it.
function gap(text) {
  return make("span", text.trim() || text.includes("\n") ? "" : "blank", text);
}

function reasonList(sentence, id) {
  const list = make("ul", "reasons");
  list.id = id;
  for (const reason of sentence.reasons) {
    const item = make("li");
    item.lang = HAN.test(reason.about) ? "zh" : "en";
    item.append(make("b", "", reason.about), make("span", "", reason.text));
    list.append(item);
  }
  return list;
}

// The verdict in words; a button that opens the reasons where there are any.
function flag(sentence, number, data, open) {
  const cited = sentence.chips.length > 0;
  const word = cited ? sentence.word : data.unsupported;
  if (!sentence.reasons.length) {
    const plain = make("span", "flag", word);
    if (sentence.verdict) plain.dataset.verdict = sentence.verdict;
    if (!cited) plain.title = data.unsupportedHelp;
    return [plain];
  }
  const id = `reasons-${number}`;
  const list = reasonList(sentence, id);
  const button = make("button", "flag", word);
  button.type = "button";
  button.dataset.verdict = sentence.verdict;
  button.title = sentence.reasons.map(({ about, text }) => `${about}: ${text}`).join("\n");
  button.setAttribute("aria-controls", id);
  button.append(make("span", "arrow"));
  const show = (shown) => {
    button.setAttribute("aria-expanded", String(shown));
    list.hidden = !shown;
    if (shown) open.add(number);
    else open.delete(number);
  };
  show(open.has(number));
  button.onclick = () => show(list.hidden);
  return [button, list];
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const focused = root.getRootNode().activeElement;
  const focusedAt = focused ? [...root.querySelectorAll("button")].indexOf(focused) : -1;
  const open = (root.openReasons ??= new Set());

  const choose = (number) => setTriggerValue("choice", number);
  const body = make("div", "answer");
  data.sentences.forEach((sentence, number) => {
    if (sentence.gap) body.append(gap(sentence.gap));
    const claim = make("span", "claim");
    claim.lang = HAN.test(sentence.text) ? "zh" : "en";
    if (sentence.verdict) claim.dataset.verdict = sentence.verdict;
    claim.append(make("span", "text", sentence.text));
    for (const one of sentence.chips) claim.append(chip(one, sentence, data.chosen, choose));
    if (!sentence.chips.length) claim.classList.add("bare");
    if (!sentence.chips.length || (sentence.verdict && sentence.verdict !== "supported")) {
      claim.append(...flag(sentence, number, data, open));
    }
    body.append(claim);
  });
  const notes = data.notes.map((note) => make("p", "note", note));
  root.replaceChildren(body, ...notes, make("p", "footer", data.footer));
  if (focusedAt >= 0) root.querySelectorAll("button")[focusedAt]?.focus();
}
