// A page's text in its passages. Text enters the page as text nodes only.

function drawn(piece, data) {
  const box = make("li", piece.number === null ? "piece between" : "piece passage");
  const number = make("span", "number", piece.number === null ? "" : String(piece.number));
  if (piece.number !== null) number.title = `${data.passage} ${piece.number}`;
  const body = make("div", "body");
  if (piece.headings.length) {
    const path = make("div", "headings");
    piece.headings.forEach((heading) => path.append(make("span", "", heading)));
    body.append(path);
  }
  const text = make("p", "text", piece.text.replace(/^\s*\n|\s+$/g, ""));
  text.lang = HAN.test(piece.text) ? "zh" : "en";
  text.dir = "auto";
  body.append(text);
  box.append(number, body);
  return box;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const list = make("ol", "pieces");
  list.tabIndex = 0;
  list.setAttribute("aria-label", data.label);
  for (const piece of data.pieces) list.append(drawn(piece, data));
  if (!data.pieces.length) list.append(make("li", "nothing", data.empty));
  const same = root.dataset.place === data.place;
  const at = same ? (root.querySelector(".pieces")?.scrollTop ?? 0) : 0;
  root.dataset.place = data.place;
  root.replaceChildren(list);
  list.scrollTop = at;
}
