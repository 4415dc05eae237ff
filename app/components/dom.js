// What every component is drawn with. Text enters the page as text nodes only.

const HAN = /[\u4e00-\u9fff]/;

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// A node that says which language its text is in: for screen readers and for Han characters.
function spoken(node, text) {
  node.lang = HAN.test(text) ? "zh" : "en";
  return node;
}
