// Sentences with citation chips. Text enters the page as text nodes only.

const HAN = /[\u4e00-\u9fff]/;

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function chip({ number, label }, chosen, choose) {
  const button = make("button", "chip", String(number));
  button.type = "button";
  button.dataset.number = String(number);
  button.title = label;
  button.setAttribute("aria-label", label);
  button.setAttribute("aria-pressed", String(number === chosen));
  button.onclick = () => choose(number);
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const focused = root.getRootNode().activeElement;
  const focusedNumber = focused ? focused.dataset.number : undefined;
  const focusedAt = focused ? [...root.querySelectorAll("button")].indexOf(focused) : -1;

  const choose = (number) => setTriggerValue("choice", number);
  const body = make("div", "answer");
  for (const sentence of data.sentences) {
    if (sentence.gap) body.append(sentence.gap);
    const claim = make("span", "claim");
    const text = make("span", "text", sentence.text);
    claim.lang = HAN.test(sentence.text) ? "zh" : "en";
    claim.append(text);
    if (sentence.chips.length) {
      for (const one of sentence.chips) claim.append(chip(one, data.chosen, choose));
    } else {
      claim.classList.add("bare");
      const flag = make("span", "flag", data.unsupported);
      flag.title = data.unsupportedHelp;
      claim.append(flag);
    }
    body.append(claim);
  }
  root.replaceChildren(body, make("p", "footer", data.footer));
  if (focusedNumber !== undefined) root.querySelectorAll("button")[focusedAt]?.focus();
}
