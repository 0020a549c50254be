import { post } from './api.js';
import { byId, el, onChange } from './dom.js';

const fits = (account, wanted) =>
  `${account.name ?? ''} ${account.pn}`.toLowerCase().includes(wanted.toLowerCase());

function row(account, selected, select) {
  const connected = account.devices.filter((device) => device.connected).length;
  const state = account.online ? undefined : el('span', { className: 'tag off' }, 'off');
  const devices = account.devices.length
    ? el('span', { className: connected ? 'tag on' : 'tag' }, `${connected}/${account.devices.length} linked`)
    : state;
  return el('li', {}, el('button', {
    type: 'button',
    className: 'account',
    'aria-current': String(account.pn === selected),
    onclick: () => select(account.pn),
  },
  el('strong', {}, account.name ?? account.pn),
  devices,
  el('span', { className: 'number' }, account.pn),
  devices === state ? undefined : state,
  el('span', { className: 'does' }, account.does)));
}

/** The list of accounts; `select` is called with the number of the one that the user picks. */
export function accountList(select) {
  const list = byId('accounts');
  const search = byId('search');
  let last = { accounts: [], selected: undefined };
  const draw = () => {
    const shown = last.accounts.filter((account) => fits(account, search.value)).slice(0, 300);
    list.replaceChildren(...shown.map((account) => row(account, last.selected, select)));
  };
  search.addEventListener('input', draw);
  byId('new-account').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    if (await post('/accounts', { name: form.elements.name.value })) form.reset();
  });
  return onChange((data) => { last = data; draw(); });
}
