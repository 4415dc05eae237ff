// A table of metrics; where a value is a share, its interval is drawn on a line from 0 to 1.
// Text enters the page as text nodes only.

function line([low, value, high]) {
  const track = make("span", "track");
  track.setAttribute("aria-hidden", "true");
  const range = make("span", "range");
  range.style.left = `${low * 100}%`;
  range.style.width = `${(high - low) * 100}%`;
  const dot = make("span", "dot");
  dot.style.left = `${value * 100}%`;
  track.append(range, dot);
  return track;
}

function cellOf(cell, column) {
  const node = make("td");
  node.dataset.column = column;
  const numbers = make("span", "numbers");
  numbers.append(make("span", "value", cell.value || "–"));
  if (cell.interval) numbers.append(" ", make("span", "interval", cell.interval));
  node.append(numbers);
  if (cell.span) node.append(line(cell.span));
  if (cell.mark) node.append(make("span", "mark", cell.mark));
  return node;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const table = make("table");
  table.append(make("caption", "", data.title));
  const head = make("tr");
  for (const title of [data.metric, ...data.columns]) {
    const cell = make("th", "", title);
    cell.scope = "col";
    cell.dir = "auto";
    head.append(cell);
  }
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  for (const row of data.rows) {
    const node = make("tr");
    const name = make("th", "name");
    name.scope = "row";
    name.append(make("span", "metric", row.name), make("span", "means", row.means));
    node.append(name, ...row.cells.map((cell, at) => cellOf(cell, data.columns[at])));
    body.append(node);
  }
  table.append(top, body);
  root.replaceChildren(table);
}
