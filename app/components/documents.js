// The table of documents. Text enters the page as text nodes only.

const NUMBERS = ["pages", "chunks", "size"];
const SVG = "http://www.w3.org/2000/svg";
const BIN = "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5";

function bin() {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", BIN);
  icon.append(path);
  return icon;
}

function tickBox(label, checked, change) {
  const box = make("input", "tick");
  box.type = "checkbox";
  box.checked = checked;
  box.setAttribute("aria-label", label);
  box.onchange = () => change(box.checked);
  return box;
}

function nameCell(row, act) {
  const cell = make("td", "name");
  const name = make("button", "document", row.name);
  name.type = "button";
  name.dir = "auto";
  name.title = row.look;
  name.onclick = () => act("look", [row.name]);
  cell.append(name);
  for (const remark of row.remarks) cell.append(make("span", "remark", remark));
  return cell;
}

function rowOf(row, data, ticked, act, show) {
  const line = make("tr", row.state);
  const tick = make("td", "select");
  tick.append(
    tickBox(row.tick, ticked.has(row.name), (on) => {
      if (on) ticked.add(row.name);
      else ticked.delete(row.name);
      show();
    }),
  );
  line.append(tick, nameCell(row, act));
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
  button.onclick = () => act("remove", [row.name]);
  button.append(bin());
  const last = make("td", "action");
  last.append(button);
  line.append(last);
  return line;
}

function bulkBar(data, ticked, act) {
  const bar = make("div", "bulk");
  const count = make("span", "count", data.selected.replace("{number}", String(ticked.size)));
  count.setAttribute("role", "status");
  bar.append(count);
  for (const [name, what] of [
    ["again", "again"],
    ["delete", "remove"],
  ]) {
    const button = make("button", `bulk-${what}`, data.texts[name]);
    button.type = "button";
    button.onclick = () => act(what, [...ticked]);
    bar.append(button);
  }
  return bar;
}

const TICKED = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const there = new Set(data.rows.map((row) => row.name));
  const before = TICKED.get(root) ?? new Set();
  const ticked = new Set([...before].filter((name) => there.has(name)));
  TICKED.set(root, ticked);

  const act = (what, names) => {
    if (what === "again") {
      ticked.clear();
      show();
    }
    setTriggerValue(what, names);
  };
  const table = make("table");
  const head = make("tr");
  const body = make("tbody");
  const place = make("div");

  const all = tickBox(data.texts.all, false, (on) => {
    ticked.clear();
    if (on) there.forEach((name) => ticked.add(name));
    show();
  });
  function show() {
    body.replaceChildren(...data.rows.map((row) => rowOf(row, data, ticked, act, showBar)));
    showBar();
  }
  function showBar() {
    all.checked = ticked.size === there.size && there.size > 0;
    all.indeterminate = ticked.size > 0 && !all.checked;
    place.replaceChildren(...(ticked.size ? [bulkBar(data, ticked, act)] : []));
  }

  const first = make("td", "select");
  first.append(all);
  head.append(first);
  for (const [column, title] of Object.entries(data.columns)) {
    const cell = make("th", NUMBERS.includes(column) ? `number ${column}` : column, title);
    cell.scope = "col";
    head.append(cell);
  }
  head.append(make("td", "action"));
  const top = make("thead");
  top.append(head);
  table.append(top, body);
  show();
  root.replaceChildren(place, table);
}
