// Starts a gateway with an emulated WhatsApp network behind it, for tests.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway } from './bot.mjs';

const KEY = 'a-key-for-these-tests-only';
/** The phone that the bot is linked to; every sandbox has it. */
const SHOP = '15550000100';

async function waitFor(what, check) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = await check();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function admin(url, method, path, body) {
  const init = { method, body: typeof body === 'string' ? body : body && JSON.stringify(body) };
  const response = await fetch(`${url}/admin${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}

/** Somebody with a phone. */
class Person {
  seen = 0;

  constructor(sandbox, number) {
    this.sandbox = sandbox;
    this.number = number;
  }

  write = (text) => admin(this.sandbox, 'POST', `/phones/${this.number}/messages`, { to: SHOP, text });

  /** The text of the next message on this phone. */
  nextMessage = () => waitFor('a message', async () => {
    const { entries } = await admin(this.sandbox, 'GET', `/phones/${this.number}/inbox?since=${this.seen}&wait=5`);
    const found = entries.find(({ kind }) => kind === 'message');
    this.seen = (found ?? entries.at(-1))?.seq ?? this.seen;
    return found?.text;
  });
}

/** A running gateway with a session that is linked to the shop's phone. */
export async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'wagon-'));
  const command = ['serve', '--sandbox', '--data-dir', folder, '--log', 'warn', '--listen', '127.0.0.1:0', '--sandbox-listen', '127.0.0.1:0'];
  const env = { ...process.env, API_MASTER_KEY: KEY };
  const child = spawn(process.env.WAGON ?? 'wagon', command, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const addresses = await waitFor('the gateway', () =>
    readFile(join(folder, 'wagon.addr'), 'utf8').then((text) => text && JSON.parse(text), () => undefined));
  const gateway = new Gateway(`http://${addresses.http}`, KEY);
  const sandbox = `http://${addresses.sandbox}`;

  const session = (await gateway.read('POST', '/sessions', { label: 'bot' })).id;
  const { code } = await gateway.read('GET', `/sessions/${session}/qr`);
  await admin(sandbox, 'POST', `/mock-phone/scan-qr?account=${SHOP}`, code);
  await waitFor('the session', async () => (await gateway.read('GET', `/sessions/${session}`)).status === 'working');
  await waitFor('the keys of the device', async () =>
    (await admin(sandbox, 'GET', `/accounts/${SHOP}`)).devices.every(({ reachable }) => reachable));

  return {
    gateway,
    person: async (name) => new Person(sandbox, (await admin(sandbox, 'POST', '/accounts', { name, script: 'read' })).pn),
    fault: (fault) => admin(sandbox, 'POST', '/faults', fault),
    stop: () => new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    }),
  };
}
