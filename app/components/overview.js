// Collections as tiles. Text enters the page as text nodes only.

function dayOf(iso, language) {
  return new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

function factOf(title, value) {
  const fact = make("span", "fact", value);
  fact.title = title;
  return fact;
}

function tileOf(tile, data, choose) {
  const item = make("li");
  const button = make("button", `tile ${tile.health}`);
  button.type = "button";
  if (tile.current) button.setAttribute("aria-current", "true");
  button.onclick = () => choose(tile.name);
  const name = make("span", "name", tile.name);
  name.dir = "auto";
  const counts = make("span", "counts", tile.counts);
  if (tile.refused) counts.append(make("span", "refused", tile.refused));
  const health = make("span", "health");
  const mark = make("span", "mark");
  mark.setAttribute("aria-hidden", "true");
  health.append(mark, make("span", "", tile.health_text));
  const facts = make("span", "facts");
  facts.append(
    factOf(data.texts.size, tile.size),
    factOf(data.texts.changed, dayOf(tile.changed, data.language)),
  );
  button.append(name, counts, health, facts);
  item.append(button);
  return item;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const list = make("ul", "tiles");
  list.setAttribute("aria-label", data.texts.label);
  const choose = (name) => setTriggerValue("choose", name);
  list.append(...data.tiles.map((tile) => tileOf(tile, data, choose)));
  const before = root.querySelector(".tiles")?.scrollTop ?? 0;
  root.replaceChildren(list);
  list.scrollTop = before;
}
