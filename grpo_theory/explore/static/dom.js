// Elements, and files handed to the reader. Text is always set as text, never as markup.

/** An element with attributes, listeners (onclick: …) and children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

/** A symbol such as p_ref with its subscript. */
export function symbol(text) {
  const [name, below] = text.split("_");
  return h("i", { class: "gt-symbol" }, name, below ? h("sub", {}, below) : null);
}

/** A table with headers; a cell may be text or an element. */
export function table(headers, rows, attributes = {}) {
  const head = h("thead", {}, h("tr", {}, ...headers.map((text) => h("th", { scope: "col" }, text))));
  const body = h("tbody", {}, ...rows.map((row) => h("tr", row.attributes ?? {}, ...row.cells.map((cell) => h("td", {}, cell)))));
  return h("div", { class: "gt-scroll" }, h("table", attributes, head, body));
}

/** Whether an element has the focus, also inside a shadow root. */
export function focused(element) {
  return element.getRootNode().activeElement === element;
}

/** Hand a file to the reader. */
export function download(name, blob) {
  const address = URL.createObjectURL(blob);
  const anchor = h("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Rows as CSV. */
export function csv(rows) {
  const cell = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return new Blob([rows.map((row) => row.map(cell).join(",")).join("\n") + "\n"], { type: "text/csv" });
}

/** A button that saves the tables inside an element as CSV; a cell with a title is saved as that, in full. */
export function saveTables(name, element) {
  const full = (cell) => (cell.querySelector("[title]")?.title ?? cell.textContent).replaceAll("−", "-");
  const rows = () => [...element.querySelectorAll("tr")].map((row) => [...row.children].map(full));
  const save = () => download(`${name}.csv`, csv(rows()));
  return h("button", { type: "button", class: "gt-save", "data-save": `${name}-csv`, onclick: save }, "CSV");
}

/** A button that saves the picture inside an element as PNG. */
export function savePicture(name, element) {
  const save = () => element.querySelector("canvas")?.toBlob((blob) => download(`${name}.png`, blob), "image/png");
  return h("button", { type: "button", class: "gt-save", "data-save": `${name}-png`, onclick: save }, "PNG");
}

/** Put text on the clipboard; whether that was possible. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
