/** An element with properties, attributes (`aria-…`, `for`, `colspan`) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Runs `draw` with what changed since the last time only, so that focus and selection survive. */
export function onChange(draw) {
  let last;
  return (data) => {
    const now = JSON.stringify(data);
    if (now === last) return;
    last = now;
    draw(data);
  };
}

let fading;

/** Tells the user something in passing. */
export function notice(text) {
  const place = byId('notice');
  place.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => { place.textContent = ''; }, 6000);
}

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
