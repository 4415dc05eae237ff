// How often each stage failed. Text enters the page as text nodes only.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const table = make("table");
  table.append(make("caption", "", data.title));
  const head = make("tr");
  for (const title of [data.stage, ...data.systems]) {
    const cell = make("th", "", title);
    cell.scope = "col";
    cell.dir = "auto";
    head.append(cell);
  }
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  for (const row of data.rows) {
    const line = make("tr");
    const name = make("th", "name");
    name.scope = "row";
    name.append(make("span", "cause", row.name), make("span", "means", row.means));
    line.append(name);
    row.counts.forEach((count, at) => {
      const cell = make("td");
      cell.dataset.column = data.systems[at];
      const track = make("span", "track");
      track.setAttribute("aria-hidden", "true");
      const bar = make("span", "bar");
      bar.style.width = `${(count / Math.max(1, data.questions)) * 100}%`;
      track.append(bar);
      cell.append(make("span", "count", String(count)), track);
      line.append(cell);
    });
    body.append(line);
  }
  table.append(top, body);
  root.replaceChildren(table);
}
