// A job: how far it has come, and its files. Text enters the page as text nodes only.

function bar(share, label, className) {
  const track = make("div", className);
  track.setAttribute("role", "progressbar");
  track.setAttribute("aria-label", label);
  track.setAttribute("aria-valuemin", "0");
  track.setAttribute("aria-valuemax", "100");
  track.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  const fill = make("div", "fill");
  fill.style.width = `${share * 100}%`;
  track.append(fill);
  return track;
}

function fileLine(file) {
  const line = make("li", `file ${file.state}`);
  const top = make("div", "top");
  const name = make("span", "name", file.name);
  name.dir = "auto";
  top.append(name, make("span", "badge", file.state_text));
  line.append(top);
  if (file.note) line.append(make("span", "note", file.note));
  if (file.share !== null) line.append(bar(file.share, file.name, "bar thin"));
  for (const sentence of file.error) line.append(make("span", "remark", sentence));
  return line;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const parts = [];
  if (data.headline) parts.push(make("div", "headline", data.headline));
  if (!data.done) parts.push(bar(data.share, data.label, "bar"));
  if (data.speed) parts.push(make("div", "note", data.speed));
  const list = make("ul", "files");
  for (const file of data.files) list.append(fileLine(file));
  parts.push(list);
  if (data.others) parts.push(make("div", "note", data.others));
  const at = root.querySelector(".files")?.scrollTop ?? 0;
  root.replaceChildren(...parts);
  list.scrollTop = at;
}
