// Why an answer is as it is, behind a line. Text enters the page as text nodes only.

const COLUMNS = ["number", "place", "score", "meaning", "words", "read"];

function placed(passage) {
  const cell = make("td", "place");
  cell.append(spoken(make("span", "where", passage.place), passage.place));
  if (passage.headings) {
    cell.append(spoken(make("span", "headings", passage.headings), passage.headings));
  }
  return cell;
}

function table(passages, words) {
  const frame = make("div", "frame");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", words.passages);
  const drawn = make("table");
  const head = make("tr");
  for (const name of COLUMNS) {
    const cell = make("th", name, words[`column.${name}`]);
    cell.scope = "col";
    head.append(cell);
  }
  const heads = make("thead");
  heads.append(head);
  const body = make("tbody");
  for (const passage of passages) {
    const row = make("tr");
    row.dataset.kind = passage.kind;
    for (const name of COLUMNS) {
      row.append(name === "place" ? placed(passage) : make("td", name, passage[name]));
    }
    body.append(row);
  }
  drawn.append(heads, body);
  frame.append(drawn);
  return frame;
}

function stage({ name, took, share }) {
  const item = make("li");
  item.append(make("span", "stage", name));
  const bar = make("span", "bar");
  bar.setAttribute("aria-hidden", "true");
  const filled = make("span", "filled");
  filled.style.width = `${100 * share}%`;
  bar.append(filled);
  item.append(bar, make("span", "took", took));
  return item;
}

// A disclosure that stays as it was when it is drawn again.
function prompt(messages, words, state) {
  const details = make("details", "prompt");
  details.open = state.prompt === true;
  details.ontoggle = () => (state.prompt = details.open);
  details.append(make("summary", "", words.prompt));
  for (const { role, text } of messages) {
    details.append(make("p", "role", role));
    const box = spoken(make("pre", "", text), text);
    box.tabIndex = 0;
    details.append(box);
  }
  return details;
}

function content({ facts, passages, prompt: messages, no_prompt: without, stages }, words, state) {
  const body = make("div", "body");
  for (const fact of facts) body.append(spoken(make("p", "fact", fact), fact));
  if (passages.length) {
    body.append(make("h3", "", words.passages), table(passages, words));
    body.append(make("p", "help", words["passages.help"]));
  }
  if (messages.length) body.append(prompt(messages, words, state));
  else body.append(make("p", "help", without));
  if (stages.length) {
    const list = make("ul", "stages");
    list.append(...stages.map(stage));
    body.append(make("h3", "", words.stages), list);
  }
  return body;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const state = (root.shownState ??= {});
  const focused = root.getRootNode().activeElement?.closest("summary.line");
  const details = make("details", "why");
  details.open = data.shown !== null;
  const line = make("summary", "line", data.words.title);
  line.onclick = () => setTriggerValue("open", details.open ? 0 : 1);
  details.append(line);
  if (data.shown) details.append(content(data.shown, data.words, state));
  root.replaceChildren(details);
  if (focused) line.focus();
}
