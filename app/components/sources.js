// The list of sources; the chosen one shows its passage. Text enters the page as text nodes only.

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

function iconButton(className, sign, label, onclick) {
  const button = make("button", `tool ${className}`, sign);
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  if (onclick) button.onclick = onclick;
  else button.disabled = true;
  return button;
}

// The drawn page with the boxes of the cited words on it, in shares of its width and height.
function paper(sheet, zoom) {
  const frame = make("div", "frame");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", sheet.words.picture);
  const page = make("div", "paper");
  page.style.width = `${100 * zoom}%`;
  page.style.aspectRatio = `${sheet.width} / ${sheet.height}`;
  const image = make("img");
  image.src = sheet.image;
  image.alt = sheet.words.picture;
  page.append(image);
  for (const box of sheet.boxes) {
    const mark = make("div", "box");
    mark.style.left = `${100 * box.left}%`;
    mark.style.top = `${100 * box.top}%`;
    mark.style.width = `${100 * (box.right - box.left)}%`;
    mark.style.height = `${100 * (box.bottom - box.top)}%`;
    page.append(mark);
  }
  frame.append(page);
  return frame;
}

function showBoxes(frame) {
  const box = frame.querySelector(".box");
  if (!box) return;
  frame.scrollTop = box.offsetTop - frame.clientHeight / 3;
  frame.scrollLeft = Math.max(0, box.offsetLeft - 16);
}

function sheetView(sheet, view, turn) {
  const holder = make("div", "sheet");
  const draw = () => {
    const { words, number, pages } = sheet;
    const tools = make("div", "tools");
    const zoomTo = (zoom) => () => {
      view.zoom = zoom;
      draw();
    };
    const before = number > 1 ? () => turn(number - 1) : null;
    const after = number < pages ? () => turn(number + 1) : null;
    tools.append(
      iconButton("before", "‹", words.before, before),
      make("span", "of", sheet.of),
      iconButton("after", "›", words.after, after),
      make("span", "room"),
      iconButton("wider", "−", words.wider, view.zoom > 1 ? zoomTo(view.zoom - 0.5) : null),
      iconButton("closer", "+", words.closer, view.zoom < 4 ? zoomTo(view.zoom + 0.5) : null),
    );
    const frame = paper(sheet, view.zoom);
    holder.replaceChildren(tools, frame);
    requestAnimationFrame(() => showBoxes(frame));
  };
  draw();
  return holder;
}

function tableCell(text, cited, words) {
  const cell = make("td", cited ? "cited" : "");
  if (!cited || !text) {
    cell.textContent = text;
    return cell;
  }
  const mark = make("mark", "", text);
  mark.title = words.cited;
  cell.append(mark);
  return cell;
}

// The rows around the cited place; a cited row has a sign besides its colour.
function tableView({ columns, rows }, words) {
  const numbered = rows.some((row) => row.number !== null);
  const frame = make("div", "frame grid");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", words.table);
  const table = make("table");
  const head = make("tr");
  const corner = make("th", "at", numbered ? words.row : "");
  corner.scope = "col";
  head.append(corner);
  for (const name of columns) {
    const cell = make("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const heads = make("thead");
  if (columns.some((name) => name)) heads.append(head);
  const body = make("tbody");
  for (const row of rows) {
    const line = make("tr", row.cited.some((cited) => cited) ? "cited" : "");
    const number = make("th", "at", row.number === null ? "" : String(row.number));
    number.scope = "row";
    if (line.className) number.append(make("span", "pointer", "▸"));
    line.append(number);
    row.cells.forEach((text, at) => line.append(tableCell(text, row.cited[at], words)));
    body.append(line);
  }
  table.append(heads, body);
  table.lang = HAN.test(table.textContent) ? "zh" : "en";
  frame.append(table);
  requestAnimationFrame(() => {
    const cited = frame.querySelector("tr.cited");
    if (cited) frame.scrollTop = cited.offsetTop - frame.clientHeight / 3;
  });
  return frame;
}

// The drawn page or the table, and the text: one shown at a time.
function tabs(source, data, view, turn) {
  const holder = make("div", "tabs");
  const first = data.sheet ? "page" : "table";
  const names = { ...data.words, ...data.sheet?.words };
  const draw = () => {
    const row = make("div", "row");
    row.setAttribute("role", "tablist");
    for (const name of [first, "text"]) {
      const tab = make("button", "tab", names[name]);
      tab.type = "button";
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String((view.tab === "text") === (name === "text")));
      tab.onclick = () => {
        view.tab = name;
        draw();
      };
      row.append(tab);
    }
    let shown;
    if (view.tab === "text") shown = passage(source, data);
    else if (data.sheet) shown = sheetView(data.sheet, view, turn);
    else shown = tableView(data.table, data.words);
    holder.replaceChildren(row, shown);
    if (view.tab === "text") bringIntoView(holder);
  };
  draw();
  return holder;
}

// The document at this page, in the Library.
function link(source, words) {
  const row = make("div", "links");
  const open = make("a", "link", words.open);
  open.href = source.link;
  open.target = "_blank";
  open.rel = "noopener";
  row.append(open);
  return row;
}

const views = new WeakMap();

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
  const turn = (page) => setTriggerValue("leaf", page);
  if (!views.has(root)) views.set(root, { tab: "page", zoom: 1 });
  const view = views.get(root);
  const list = make("ol", "list");
  for (const source of data.sources) {
    const open = source.key === data.chosen;
    const item = make("li", open ? "source open" : "source");
    item.append(head(source, open, choose));
    if (open && source.headings.length) {
      item.append(make("p", "headings", source.headings.join(" › ")));
    }
    if (open) {
      const drawn = data.sheet || data.table;
      item.append(drawn ? tabs(source, data, view, turn) : passage(source, data));
      item.append(link(source, data.words));
    }
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
