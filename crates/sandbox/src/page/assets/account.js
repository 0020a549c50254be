import { get, post, put, remove } from './api.js';
import { Chats } from './chats.js';
import { byId, el, onChange } from './dom.js';

let scripts = [];

function facts(account) {
  const choose = el('select', {
    id: 'script',
    onchange: (event) => put(`/phones/${account.pn}/script`, { script: event.target.value }),
  }, ...scripts.map(({ name, about }) =>
    el('option', { value: name, title: about, selected: name === account.script }, name)));
  const power = el('button', {
    type: 'button',
    onclick: () => put(`/phones/${account.pn}/online`, { online: !account.online }),
  }, account.online ? 'Switch phone off' : 'Switch phone on');
  return el('div', { className: 'facts' },
    el('strong', {}, account.name ?? 'No name'),
    el('span', { className: 'mono' }, `${account.pn}@s.whatsapp.net`),
    el('span', { className: 'mono dim' }, `${account.lid}@lid`),
    el('label', {}, 'Script ', choose),
    power);
}

function devices(account) {
  if (!account.devices.length) return el('p', { className: 'dim' }, 'No device is linked to this phone.');
  const head = ['Device', 'Platform', 'State', 'Waiting', 'Keys', ''];
  const rows = account.devices.map((device) => el('tr', {},
    el('td', {}, String(device.id)),
    el('td', {}, device.platform ?? '—'),
    el('td', {}, el('span', { className: device.connected ? 'tag on' : 'tag' },
      device.connected ? 'connected' : 'away'),
    device.reachable ? '' : ' no keys yet'),
    el('td', { className: 'number-cell' }, String(device.pending)),
    el('td', { className: 'number-cell' }, String(device.keys)),
    el('td', {}, el('button', {
      type: 'button',
      'aria-label': `Unlink device ${device.id}`,
      onclick: () => remove(`/accounts/${account.pn}/devices/${device.id}`),
    }, 'Unlink'))));
  return el('table', {},
    el('thead', {}, el('tr', {}, ...head.map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, ...rows));
}

function link(account) {
  return el('form', {
    className: 'compose',
    onsubmit: async (event) => {
      event.preventDefault();
      const form = event.target;
      const text = form.elements.qr.value.trim();
      if (await post(`/mock-phone/scan-qr?account=${account.pn}`, text)) form.reset();
    },
  },
  el('label', { className: 'hidden', for: 'qr' }, 'Text of a QR code'),
  el('input', { id: 'qr', name: 'qr', placeholder: 'Paste the text of a QR code to link a device', required: true, autocomplete: 'off' }),
  el('button', {}, 'Scan'));
}

/** The panel about the selected account. */
export function accountPanel() {
  const body = byId('account-body');
  let chats;
  const top = el('div');
  const drawTop = onChange(([account]) => top.replaceChildren(facts(account), devices(account)));
  return async (account) => {
    if (!account) return;
    scripts = await get('/scripts');
    if (chats?.pn !== account.pn) {
      chats = new Chats(account.pn);
      body.replaceChildren(top, link(account), el('h3', {}, 'Chats of this phone'), chats.root);
    }
    drawTop([account, scripts]);
    chats.show(await get(`/phones/${account.pn}/chats`));
  };
}
