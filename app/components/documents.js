// The table of documents. Text enters the page as text nodes only.

const NUMBERS = ["pages", "chunks", "size"];
const SVG = "http://www.w3.org/2000/svg";
const BIN = "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5";

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function bin() {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", BIN);
  icon.append(path);
  return icon;
}

function nameCell(row) {
  const cell = make("td", "name");
  const name = make("span", "document", row.name);
  name.dir = "auto";
  cell.append(name);
  for (const remark of row.remarks) cell.append(make("span", "remark", remark));
  return cell;
}

function rowOf(row, data, remove) {
  const line = make("tr", row.state);
  line.append(nameCell(row));
  const state = make("td", "state");
  state.append(make("span", "badge", row.state_text));
  line.append(state);
  for (const column of NUMBERS) {
    const nothing = row[column] === "–" ? " nothing" : "";
    const cell = make("td", `number ${column}${nothing}`, row[column]);
    cell.dataset.column = data.columns[column];
    line.append(cell);
  }
  const when = new Date(row.added);
  const format = { dateStyle: "medium", timeStyle: "short" };
  line.append(make("td", "added", when.toLocaleString(data.language, format)));
  const button = make("button", "remove");
  button.type = "button";
  button.title = row.label;
  button.setAttribute("aria-label", row.label);
  button.onclick = () => remove(row.name);
  button.append(bin());
  const last = make("td", "action");
  last.append(button);
  line.append(last);
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const remove = (name) => setTriggerValue("remove", name);
  const table = make("table");
  const head = make("tr");
  for (const [column, title] of Object.entries(data.columns)) {
    const cell = make("th", NUMBERS.includes(column) ? `number ${column}` : column, title);
    cell.scope = "col";
    head.append(cell);
  }
  head.append(make("td", "action"));
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  for (const row of data.rows) body.append(rowOf(row, data, remove));
  table.append(top, body);
  root.replaceChildren(table);
}
