import { post, remove } from './api.js';
import { byId, el, onChange } from './dom.js';

/** Faults to start from: a name and what to send. */
const EXAMPLES = {
  'Drop all connections': { action: { kind: 'close' } },
  'Reset a device’s connection': { scope: { account: '15550000100', device: 1 }, action: { kind: 'close', how: 'reset' } },
  'Stall for ten seconds': { action: { kind: 'stall', ms: 10000 } },
  'Lose every fifth message to clients': { match: { direction: 'out', tag: 'message' }, action: { kind: 'swallow' }, probability: 0.2 },
  'Refuse one message (463)': { action: { kind: 'ack_error', code: 463 }, count: 1 },
  'Lose the next ack': { action: { kind: 'lose_ack' }, count: 1 },
  'Corrupt one message': { action: { kind: 'corrupt' }, count: 1 },
  'Deliver messages out of order': { match: { direction: 'out', tag: 'message' }, action: { kind: 'reorder', window: 3 }, ttl: 60 },
  'Rate limit requests for media': { match: { xmlns: 'w:m' }, action: { kind: 'iq_error', code: 429, backoff: 30 } },
  'Media is gone (404)': { match: { direction: 'out' }, action: { kind: 'media_status', status: 404 } },
  'Temporary ban at the next login': { action: { kind: 'connect_failure', reason: 402, code: 101, expire: 3600 }, count: 1 },
  'Conflict: replaced': { action: { kind: 'stream_error', conflict: 'replaced' } },
};

function row(fault) {
  const { id, state, hits, expiresIn, ...rest } = fault;
  const left = expiresIn === undefined ? '' : ` (${expiresIn} s left)`;
  return el('tr', { className: state === 'active' ? '' : 'spent' },
    el('td', {}, el('code', {}, JSON.stringify(rest))),
    el('td', {}, el('span', { className: state === 'active' ? 'tag on' : 'tag' }, state), left),
    el('td', { className: 'number-cell' }, String(hits)),
    el('td', {}, el('button', {
      type: 'button',
      'aria-label': `Remove fault ${id}`,
      onclick: () => remove(`/faults/${id}`),
    }, 'Remove')));
}

function prepareForm() {
  const choose = byId('fault-example');
  const body = byId('fault-body');
  choose.append(...Object.keys(EXAMPLES).map((name) => el('option', {}, name)));
  const fill = () => { body.value = JSON.stringify(EXAMPLES[choose.value], null, 1); };
  choose.addEventListener('change', fill);
  fill();
  byId('new-fault').addEventListener('submit', (event) => {
    event.preventDefault();
    post('/faults', body.value);
  });
}

/** The faults in force and those that are over, with a form to add one. */
export function faultPanel() {
  prepareForm();
  const list = byId('fault-list');
  return onChange((faults) => {
    if (!faults.length) {
      list.replaceChildren(el('p', { className: 'dim' }, 'Everything works as it should.'));
      return;
    }
    const head = ['Fault', 'State', 'Hits', ''];
    list.replaceChildren(el('table', {},
      el('thead', {}, el('tr', {}, ...head.map((title) => el('th', { scope: 'col' }, title)))),
      el('tbody', {}, ...[...faults].reverse().map(row))));
  });
}
