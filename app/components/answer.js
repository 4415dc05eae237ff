// Sentences with citation chips and what is said against them. Text enters as text nodes only.

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  supported: "M3 8.5 6.5 12 13 4.5",
  partly: "M2 9.5c2-4 4-4 6-1.5s4 2.5 6-1.5",
  unsupported: "M4 4l8 8M12 4l-8 8",
};

function sign(verdict) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SIGNS[verdict]);
  svg.append(path);
  return svg;
}

function chip({ number, label }, { verdict, word }, chosen, choose) {
  const button = make("button", "chip", String(number));
  button.type = "button";
  button.dataset.number = String(number);
  button.setAttribute("aria-label", word ? `${label} (${word})` : label);
  button.setAttribute("aria-pressed", String(number === chosen));
  if (verdict) {
    button.dataset.verdict = verdict;
    button.append(sign(verdict));
  }
  button.onclick = () => choose(number);
  return button;
}

const SHOW_MS = 150;
const HIDE_MS = 250;
const MARGIN = 8;

// The cited words in their paragraph, shown beside the chip that is pointed at or has the focus.
// It stays while the pointer is on it and goes with Escape; a click opens the source in its place.
class Card {
  constructor(root) {
    this.element = make("div", "card");
    this.element.id = "card";
    this.element.setAttribute("role", "tooltip");
    this.element.popover = "manual";
    this.element.onpointerenter = () => clearTimeout(this.timer);
    this.element.onpointerleave = () => this.hide(HIDE_MS);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.chip) this.hide();
    });
    this.follow = () => this.place();
  }

  attach(chip, fill) {
    chip.fill = fill;
    let tapped = false;
    const open = chip.onclick;
    chip.onpointerdown = (event) => {
      tapped = event.pointerType === "touch" && this.chip !== chip;
    };
    chip.onpointerenter = (event) => {
      if (event.pointerType !== "touch" && this.moved(event)) this.show(chip, SHOW_MS);
    };
    chip.onpointerleave = (event) => {
      if (event.pointerType !== "touch") this.hide(HIDE_MS);
    };
    chip.onfocus = () => {
      if (!this.quiet && chip.matches(":focus-visible")) this.show(chip);
    };
    chip.onblur = () => this.hide();
    chip.onclick = (event) => {
      if (tapped) {
        this.show(chip);
        return;
      }
      this.hide();
      this.clicked = { x: event.clientX, y: event.clientY };
      open();
    };
  }

  // A chip drawn anew under a pointer that rests since a click is not pointed at.
  moved({ clientX: x, clientY: y }) {
    return !this.clicked || Math.hypot(x - this.clicked.x, y - this.clicked.y) > 2;
  }

  show(chip, after = 0) {
    clearTimeout(this.timer);
    if (after) {
      this.next = chip;
      this.timer = setTimeout(() => this.show(chip), after);
      return;
    }
    this.next = null;
    this.chip?.removeAttribute("aria-describedby");
    this.chip = chip;
    this.element.replaceChildren(...chip.fill());
    chip.setAttribute("aria-describedby", this.element.id);
    this.element.showPopover();
    for (const what of ["scroll", "resize"]) window.addEventListener(what, this.follow, true);
    this.place();
  }

  hide(after = 0) {
    clearTimeout(this.timer);
    if (after) {
      this.timer = setTimeout(() => this.hide(), after);
      return;
    }
    this.next = null;
    this.chip?.removeAttribute("aria-describedby");
    this.chip = null;
    for (const what of ["scroll", "resize"]) window.removeEventListener(what, this.follow, true);
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  // What the answer is drawn anew for; the card comes back where the pointer still is.
  during(redraw, chips) {
    const at = chips().indexOf(this.next ?? this.chip);
    this.hide();
    this.quiet = true;
    redraw();
    this.quiet = false;
    requestAnimationFrame(() => {
      const chip = chips()[at];
      if (chip?.matches(":hover")) this.show(chip);
    });
  }

  // Under the chip where there is room, above it else; always inside the window.
  place() {
    const at = this.chip.getBoundingClientRect();
    if (!this.chip.isConnected || at.bottom < 0 || at.top > window.innerHeight) {
      this.hide();
      return;
    }
    const { offsetWidth: wide, offsetHeight: high } = this.element;
    const below = at.bottom + MARGIN + high <= window.innerHeight;
    const top = below ? at.bottom + MARGIN : Math.max(MARGIN, at.top - MARGIN - high);
    const left = Math.min(at.left - MARGIN, window.innerWidth - wide - MARGIN);
    this.element.style.top = `${top}px`;
    this.element.style.left = `${Math.max(MARGIN, left)}px`;
  }
}

function cardContent(card, { verdict, word }, data) {
  const head = make("p", "where");
  head.append(make("b", "", card.document), make("span", "", card.page));
  const quote = make("p", "quote");
  quote.lang = HAN.test(card.marked) ? "zh" : "en";
  quote.append(card.before, make("mark", "", card.marked), card.after);
  const parts = [head, quote];
  if (card.missing) parts.push(make("p", "lost", data.missing));
  if (verdict) {
    const held = make("p", "held", word);
    held.dataset.verdict = verdict;
    held.prepend(sign(verdict));
    parts.push(held);
  }
  parts.push(make("p", "tap", data.tapAgain));
  return parts;
}

// What stands between two sentences; a mere blank goes where reasons stand open before it.
function gap(text) {
  return make("span", text.trim() || text.includes("\n") ? "" : "blank", text);
}

function reasonList(sentence, id) {
  const list = make("ul", "reasons");
  list.id = id;
  for (const reason of sentence.reasons) {
    const item = make("li");
    item.lang = HAN.test(reason.about) ? "zh" : "en";
    item.append(make("b", "", reason.about), make("span", "", reason.text));
    list.append(item);
  }
  return list;
}

// The verdict in words; a button that opens the reasons where there are any.
function flag(sentence, number, data, open) {
  const cited = sentence.chips.length > 0;
  const word = cited ? sentence.word : data.unsupported;
  if (!sentence.reasons.length) {
    const plain = make("span", "flag", word);
    if (sentence.verdict) plain.dataset.verdict = sentence.verdict;
    if (!cited) plain.title = data.unsupportedHelp;
    return [plain];
  }
  const id = `reasons-${number}`;
  const list = reasonList(sentence, id);
  const button = make("button", "flag", word);
  button.type = "button";
  button.dataset.verdict = sentence.verdict;
  button.title = sentence.reasons.map(({ about, text }) => `${about}: ${text}`).join("\n");
  button.setAttribute("aria-controls", id);
  button.append(make("span", "arrow"));
  const show = (shown) => {
    button.setAttribute("aria-expanded", String(shown));
    list.hidden = !shown;
    if (shown) open.add(number);
    else open.delete(number);
  };
  show(open.has(number));
  button.onclick = () => show(list.hidden);
  return [button, list];
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const focused = root.getRootNode().activeElement;
  const focusedAt = focused ? [...root.querySelectorAll("button")].indexOf(focused) : -1;
  const open = (root.openReasons ??= new Set());
  const card = (root.card ??= new Card(root));
  const drawn = (root.drawn ??= make("div", "drawn"));
  if (!drawn.isConnected) root.append(drawn, card.element);

  const choose = (number) => setTriggerValue("choice", number);
  const body = make("div", "answer");
  data.sentences.forEach((sentence, number) => {
    if (sentence.gap) body.append(gap(sentence.gap));
    const claim = make("span", "claim");
    claim.lang = HAN.test(sentence.text) ? "zh" : "en";
    if (sentence.verdict) claim.dataset.verdict = sentence.verdict;
    claim.append(make("span", "text", sentence.text));
    for (const one of sentence.chips) {
      const button = chip(one, sentence, data.chosen, choose);
      card.attach(button, () => cardContent(data.cards[one.number], sentence, data));
      claim.append(button);
    }
    if (!sentence.chips.length) claim.classList.add("bare");
    if (!sentence.chips.length || (sentence.verdict && sentence.verdict !== "supported")) {
      claim.append(...flag(sentence, number, data, open));
    }
    body.append(claim);
  });
  const notes = data.notes.map((note) => make("p", "note", note));
  const redraw = () => {
    drawn.replaceChildren(body, ...notes, make("p", "footer", data.footer));
    if (focusedAt >= 0) root.querySelectorAll("button")[focusedAt]?.focus();
  };
  card.during(redraw, () => [...drawn.querySelectorAll("button.chip")]);
}
