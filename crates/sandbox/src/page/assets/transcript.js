import { get } from './api.js';
import { byId, clock, el } from './dom.js';

/** Lines kept on the page. */
const MOST = 600;

function row(line, nameOf) {
  const [, tag, rest] = line.stanza.match(/^<([^\s/>]+)([^]*)$/) ?? [null, line.stanza, ''];
  return el('div', { className: `stanza ${line.direction}` },
    el('span', { className: 'dim' }, clock(line.t)),
    el('span', { className: 'way', title: line.direction === 'in' ? 'from the client' : 'to the client' },
      line.direction === 'in' ? '→' : '←'),
    el('span', { className: 'who', title: `connection ${line.connection}` },
      line.account ? nameOf(line.account) : 'not linked yet'),
    el('span', { className: 'what' }, '<', el('b', {}, tag), rest));
}

/** The live transcript. `selected` answers the chosen account's number, `nameOf` a name for a number. */
export class Transcript {
  constructor(selected, nameOf) {
    this.selected = selected;
    this.nameOf = nameOf;
    this.lines = byId('lines');
    this.filter = byId('filter');
    this.paused = false;
    this.filter.addEventListener('input', () => this.restart());
    this.filter.addEventListener('submit', (event) => event.preventDefault());
    byId('clear').addEventListener('click', () => this.lines.replaceChildren());
    byId('pause').addEventListener('click', (event) => {
      this.paused = !this.paused;
      event.target.setAttribute('aria-pressed', String(this.paused));
      if (!this.paused) this.restart();
    });
    this.restart();
  }

  /** Another account was selected. */
  accountChanged() {
    if (this.filter.elements.selected.checked) this.restart();
  }

  query() {
    const { selected, direction, tag, contains } = this.filter.elements;
    const query = new URLSearchParams();
    if (selected.checked && this.selected()) query.set('account', this.selected());
    for (const field of [direction, tag, contains]) {
      if (field.value.trim()) query.set(field.name, field.value.trim());
    }
    return query;
  }

  async restart() {
    this.source?.close();
    const query = this.query();
    this.source = new EventSource(`/admin/trace/live?${query}`);
    const early = [];
    let push = (line) => early.push(line);
    this.source.onmessage = ({ data }) => push(JSON.parse(data));
    const source = this.source;
    query.set('limit', '200');
    const past = await get(`/trace?${query}`);
    if (source !== this.source) return;
    const last = past.at(-1)?.sequence ?? -1;
    this.lines.replaceChildren();
    for (const line of [...past, ...early.filter(({ sequence }) => sequence > last)]) this.add(line);
    push = (line) => this.add(line);
  }

  add(line) {
    if (this.paused) return;
    const { lines } = this;
    const following = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    lines.append(row(line, this.nameOf));
    while (lines.childElementCount > MOST) lines.firstChild.remove();
    if (following) lines.scrollTop = lines.scrollHeight;
  }
}
