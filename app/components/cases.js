// Questions with what was expected and what each side gave. Text enters the page as text nodes only.

function free(tag, className, text) {
  const node = make(tag, className, text);
  node.dir = "auto";
  return node;
}

function sourceList(given, texts) {
  const list = make("ol", "sources");
  list.setAttribute("aria-label", given.text ? texts.sources : texts.found);
  for (const source of given.sources) {
    const line = make("li", source.gold ? "gold" : "");
    line.append(free("span", "place", source.place));
    if (source.gold) line.append(make("span", "right-place", `✓ ${texts.gold}`));
    if (source.quote) line.append(free("q", "quote", source.quote));
    list.append(line);
  }
  return list;
}

function sideOf(given, texts) {
  const side = make("section", given.right ? "side right" : "side wrong");
  side.append(free("h4", "heading", given.heading));
  side.append(make("p", "verdict", `${given.right ? "✓" : "✗"} ${given.verdict}`));
  if (given.text) side.append(free("p", "text", given.text));
  if (given.sources.length) side.append(sourceList(given, texts));
  return side;
}

function caseOf(one, texts) {
  const box = make("details", one.good ? "case good" : "case bad");
  const head = make("summary");
  head.append(free("span", "question", one.question), make("span", "badge", one.label));
  const expected = make("p", "expected");
  expected.append(make("span", "term", texts.expected), " ", free("span", "", one.expected.join(" / ")));
  const sides = make("div", "sides");
  sides.append(...one.given.map((given) => sideOf(given, texts)));
  box.append(head, expected, sides);
  return box;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  root.replaceChildren(...data.cases.map((one) => caseOf(one, data.texts)));
}
