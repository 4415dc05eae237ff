// Where the page stands when a summary is opened, it stays, until the reader moves it.

const CONTAINER = '[data-testid="stAppScrollToBottomContainer"]';
const HELD_MS = 1500;
const MOVES = ["wheel", "touchmove", "pointerdown", "keydown"];

function hold(page) {
  const top = page.scrollTop;
  const until = performance.now() + HELD_MS;
  let moved = false;
  const leave = (event) => (moved ||= event.isTrusted);
  for (const what of MOVES) page.addEventListener(what, leave, { passive: true });
  const stay = () => {
    if (moved || performance.now() > until) {
      for (const what of MOVES) page.removeEventListener(what, leave);
      return;
    }
    if (page.scrollTop > top) {
      page.dispatchEvent(new Event("wheel")); // ends the scrolling to the end
      page.scrollTop = top;
    }
    requestAnimationFrame(stay);
  };
  requestAnimationFrame(stay);
}

function opened(event) {
  const page = document.querySelector(CONTAINER);
  const line = event.composedPath().find((one) => one.localName === "summary");
  if (page && line && !line.parentElement.open) hold(page);
}

export default function () {
  if (window.quorumKeepsPlace) return;
  window.quorumKeepsPlace = true;
  document.addEventListener("click", opened, { capture: true });
}
