// The page of the sandbox: everything it shows and does goes through the admin API.
import { accountPanel } from './account.js';
import { accountList } from './accounts.js';
import { get } from './api.js';
import { counters } from './counters.js';
import { notice } from './dom.js';
import { faultPanel } from './faults.js';
import { Transcript } from './transcript.js';

/** How often what has no live stream is asked for. */
const EVERY_MS = 1000;

let accounts = [];
let selected = decodeURIComponent(location.hash.slice(1)) || undefined;

const nameOf = (pn) => accounts.find((account) => account.pn === pn)?.name ?? pn;
const transcript = new Transcript(() => selected, nameOf);
const showCounters = counters();
const showFaults = faultPanel();
const showAccount = accountPanel();
const showAccounts = accountList((pn) => {
  selected = pn;
  location.hash = pn;
  transcript.accountChanged();
  refresh();
});

let away = false;

async function refresh() {
  try {
    const [list, faults, stats] = await Promise.all([get('/accounts'), get('/faults'), get('/stats')]);
    accounts = list;
    selected ??= (list.find(({ devices }) => devices.length) ?? list[0])?.pn;
    showCounters(stats);
    showFaults(faults);
    showAccounts({ accounts, selected });
    await showAccount(accounts.find(({ pn }) => pn === selected));
    if (away) notice('The sandbox is back.');
    away = false;
  } catch (error) {
    if (!away) notice(`The sandbox does not answer: ${error.message}`);
    away = true;
  }
}

async function loop() {
  if (!document.hidden) await refresh();
  setTimeout(loop, EVERY_MS);
}

loop();
