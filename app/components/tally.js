// How the samples voted, behind a line. Text enters the page as text nodes only.

// A disclosure that stays as it was when it is drawn again.
function disclosure(className, key, open) {
  const details = make("details", className);
  details.open = open.has(key);
  details.ontoggle = () => (details.open ? open.add(key) : open.delete(key));
  return details;
}

function quotes(sample, title) {
  const box = make("div", "quotes");
  box.append(make("p", "quotes-title", title));
  const list = make("ul");
  for (const quote of sample.quotes) {
    const item = make("li");
    item.append(
      spoken(make("q", "", quote.text), quote.text),
      make("span", "place", quote.place),
    );
    list.append(item);
  }
  box.append(list);
  return box;
}

function drawSample(sample, key, data, open) {
  const details = disclosure("sample", key, open);
  const summary = make("summary");
  summary.append(make("span", "sample-title", sample.title));
  if (sample.about) summary.append(make("span", "about", sample.about));
  details.append(summary, spoken(make("p", "text", sample.text), sample.text));
  if (sample.quotes.length) details.append(quotes(sample, data.sources));
  if (sample.thoughts) {
    const thoughts = disclosure("thoughts", `${key}-thoughts`, open);
    thoughts.append(make("summary", "", data.thoughts));
    thoughts.append(spoken(make("p", "text", sample.thoughts), sample.thoughts));
    details.append(thoughts);
  }
  return details;
}

function drawGroup(group, number, data, open) {
  const item = make("li", "group");
  const line = make("div", "line");
  line.append(spoken(make("span", "group-answer", group.answer), group.answer));
  line.append(make("span", "votes", group.votes));
  item.append(line);
  if (group.share !== null) {
    const bar = make("div", "bar");
    bar.setAttribute("aria-hidden", "true");
    const filled = make("div", "filled");
    filled.style.width = `${100 * group.share}%`;
    bar.append(filled);
    item.append(bar);
  }
  group.samples.forEach((sample, at) => {
    item.append(drawSample(sample, `${number}-${at}`, data, open));
  });
  return item;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const open = (root.openDisclosures ??= new Set());
  const details = disclosure("tally", "tally", open);
  const summary = make("summary", "headline", data.headline);
  if (data.confidence) summary.title = data.confidence;
  details.append(summary);
  const body = make("div", "body");
  const said = [...data.notes, data.confidence].filter(Boolean);
  for (const note of said) body.append(make("p", "note", note));
  if (data.groups.length) {
    const list = make("ol", "groups");
    data.groups.forEach((group, number) => list.append(drawGroup(group, number, data, open)));
    body.append(list);
  }
  details.append(body);
  root.replaceChildren(details);
}
