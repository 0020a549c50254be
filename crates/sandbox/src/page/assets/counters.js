import { byId, el, onChange } from './dom.js';

/** What the header counts, and which counter is bad news unless 0. */
const COUNTERS = [
  ['Accounts', (stats) => stats.accounts],
  ['Connections', (stats) => stats.connections],
  ['Messages routed', (stats) => stats.messages],
  ['Opened by phones', (stats) => stats.phones.decrypted],
  ['Not opened', (stats) => stats.phones.undecryptable, true],
  ['Seed of faults', (stats) => stats.seed],
];

export function counters() {
  const list = byId('counters');
  const unknown = byId('unknown');
  return onChange((stats) => {
    list.replaceChildren(...COUNTERS.map(([name, read, bad]) => el('div', { className: bad && read(stats) ? 'bad' : '' },
      el('dt', {}, name), el('dd', {}, String(read(stats))))));
    const shapes = Object.entries(stats.unknown).sort((one, other) => other[1] - one[1]);
    unknown.replaceChildren(shapes.length
      ? el('table', {}, el('tbody', {}, ...shapes.map(([shape, count]) => el('tr', {},
        el('td', {}, el('code', {}, shape.replaceAll('|', ' '))),
        el('td', { className: 'number-cell' }, String(count))))))
      : el('p', { className: 'dim' }, 'None so far.'));
  });
}
