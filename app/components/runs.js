// The list of runs. Text enters the page as text nodes only.

function button(className, text, press, disabled) {
  const node = make("button", className, text);
  node.type = "button";
  node.disabled = Boolean(disabled);
  node.onclick = press;
  return node;
}

function tickBox(row, ticked, show) {
  const box = make("input", "tick");
  box.type = "checkbox";
  box.checked = ticked.has(row.id);
  box.setAttribute("aria-label", row.tick);
  box.onchange = () => {
    if (box.checked) ticked.add(row.id);
    else ticked.delete(row.id);
    show();
  };
  return box;
}

function rowOf(row, data, ticked, act, show) {
  const line = make("tr", row.finished ? "finished" : "unfinished");
  const tick = make("td", "select");
  if (!row.running) tick.append(tickBox(row, ticked, show));
  const what = make("td", "set");
  if (row.finished) {
    const name = button("open", row.question_set, () => act("look", [row.id]));
    name.dir = "auto";
    name.title = row.look;
    what.append(name);
  } else {
    const name = make("span", "unopened", row.question_set);
    name.dir = "auto";
    what.append(name);
  }
  what.append(make("span", "kind", `${row.kind} · ${row.id}`));
  if (row.settings) what.append(make("span", "remark", row.settings));
  const asked = make("td", "questions", String(row.questions));
  asked.dataset.column = data.columns.questions;
  const format = { dateStyle: "medium", timeStyle: "short" };
  const began = new Date(row.began).toLocaleString(data.language, format);
  const state = make("td", "state");
  state.append(make("span", "badge", row.state));
  if (!row.finished && !row.running) {
    state.append(button("go-on", data.texts.go_on, () => act("go_on", [row.id]), data.busy));
  }
  line.append(tick, what, make("td", "systems", row.systems), asked, make("td", "began", began));
  line.append(state);
  return line;
}

function bulkBar(data, ticked, act) {
  const bar = make("div", "bulk");
  const count = make("span", "count", data.selected.replace("{number}", String(ticked.size)));
  count.setAttribute("role", "status");
  // The older run comes first: what changed is told from it to the newer one.
  const ids = data.rows.map((row) => row.id).filter((id) => ticked.has(id)).reverse();
  const finished = data.rows.filter((row) => row.finished && ticked.has(row.id)).length;
  const two = ids.length === 2 && finished === 2;
  const compare = button("compare", data.texts.compare, () => act("compare", ids), !two);
  if (!two) compare.title = data.texts.compare_two;
  bar.append(count, compare, button("remove", data.texts.remove, () => act("remove", ids)));
  return bar;
}

const TICKED = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const there = new Set(data.rows.map((row) => row.id));
  const before = TICKED.get(root) ?? new Set();
  const ticked = new Set([...before].filter((id) => there.has(id)));
  TICKED.set(root, ticked);

  const act = (what, ids) => setTriggerValue(what, ids);
  const place = make("div");
  const showBar = () => {
    place.replaceChildren(...(ticked.size ? [bulkBar(data, ticked, act)] : []));
  };
  const head = make("tr");
  head.append(make("td", "select"));
  for (const [column, title] of Object.entries(data.columns)) {
    const cell = make("th", column, title);
    cell.scope = "col";
    head.append(cell);
  }
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  body.append(...data.rows.map((row) => rowOf(row, data, ticked, act, showBar)));
  const table = make("table");
  table.append(top, body);
  showBar();
  root.replaceChildren(place, table);
}
