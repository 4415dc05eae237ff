// Values on which the sources differ, each a button. Text enters the page as text nodes only.

function drawSide(side, data, choose) {
  const button = make("button", "side");
  button.type = "button";
  button.dataset.key = String(side.key);
  button.setAttribute("aria-pressed", String(side.key === data.chosen));
  button.setAttribute("aria-label", side.used ? `${side.label} (${data.used})` : side.label);
  button.onclick = () => choose(side.key);
  const value = make("span", "value", side.value);
  value.lang = HAN.test(side.value) ? "zh" : "en";
  const where = make("span", "where");
  where.append(make("span", "place", side.place));
  if (side.added) where.append(make("span", "added", side.added));
  if (side.used) where.append(make("span", "used", data.used));
  button.append(value, where);
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const focused = root.getRootNode().activeElement;
  const focusedAt = focused ? [...root.querySelectorAll("button")].indexOf(focused) : -1;

  const choose = (key) => setTriggerValue("choice", key);
  const box = make("section", "conflicts");
  box.setAttribute("aria-label", data.title);
  box.append(make("h3", "title", data.title));
  for (const conflict of data.conflicts) {
    if (conflict.about) box.append(make("p", "about", conflict.about));
    const list = make("ul", "sides");
    for (const side of conflict.sides) {
      const item = make("li");
      item.append(drawSide(side, data, choose));
      list.append(item);
    }
    box.append(list);
  }
  root.replaceChildren(box);
  if (focusedAt >= 0) root.querySelectorAll("button")[focusedAt]?.focus();
}
