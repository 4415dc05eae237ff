// The list of conversations. Text enters the page as text nodes only.

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  pin: "M9 4h6l-1 6 3 3H7l3-3-1-6M12 13v7",
  more: "M6 12h.01M12 12h.01M18 12h.01",
};

function sign(name) {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SIGNS[name]);
  icon.append(path);
  return icon;
}

function button(className, text, onclick) {
  const node = make("button", className, text);
  node.type = "button";
  node.onclick = onclick;
  return node;
}

function nameField(row, words, rename, leave) {
  const field = make("input", "field");
  field.value = row.title;
  field.maxLength = 200;
  field.setAttribute("aria-label", words.name);
  field.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") rename(field.value);
    if (event.key === "Escape") leave();
    event.stopPropagation();
  };
  field.onblur = () => leave();
  return field;
}

function menu(row, words, act, leave) {
  const list = make("div", "menu");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", row.title);
  const remove = button("item danger", words.remove, () => {
    remove.textContent = words.sure;
    remove.onclick = () => act("remove", row.id);
  });
  list.append(
    button("item", row.pinned ? words.unpin : words.pin, () => act(row.pinned ? "unpin" : "pin", row.id)),
    button("item", words.rename, () => leave(row.id)),
    remove,
  );
  return list;
}

function rowOf(row, state, data, act, draw) {
  const line = make("li", row.id === data.current ? "current" : "");
  const leave = () => draw({});
  if (state.naming === row.id) {
    line.append(nameField(row, data.words, (title) => act("rename", row.id, title), leave));
    return line;
  }
  const open = button("open", "", () => act("open", row.id));
  open.title = row.title;
  if (row.id === data.current) open.setAttribute("aria-current", "page");
  const title = make("span", "title", row.title);
  title.dir = "auto";
  if (row.pinned) open.append(sign("pin"));
  open.append(title);
  const shown = state.menu === row.id;
  const more = button("more", "", () => draw(shown ? {} : { menu: row.id }));
  more.setAttribute("aria-label", `${data.words.more}: ${row.title}`);
  more.setAttribute("aria-expanded", String(shown));
  more.append(sign("more"));
  line.append(open, more);
  if (shown) line.append(menu(row, data.words, act, (id) => draw({ naming: id })));
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const act = (what, id, title = "") => setTriggerValue("act", { what, id, title });
  const draw = (state) => {
    const list = make("ul");
    list.setAttribute("aria-label", data.words.list);
    for (const row of data.rows) list.append(rowOf(row, state, data, act, draw));
    root.replaceChildren(list);
    const field = root.querySelector(".field");
    if (field) field.select();
    else if (state.menu) root.querySelector(".menu .item").focus();
  };
  root.onkeydown = (event) => {
    if (event.key === "Escape") draw({});
  };
  draw({});
}
