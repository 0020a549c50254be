// The sandbox's page in a real browser: a gateway is linked by pasting its QR code, chats are written, stanzas appear,
// a fault is added and strikes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const KEY = 'a-key-for-these-tests-only';
const SHOP = '15550000100';
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let folder;
let wagon;
let browser;
let page;
let addresses;
const complaints = [];

async function waitFor(what, check) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await check();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function gateway(method, path, body) {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const response = await fetch(`http://${addresses.http}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.json();
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wagon-page-'));
  const command = ['serve', '--sandbox', '--data-dir', folder, '--log', 'error', '--listen', '127.0.0.1:0', '--sandbox-listen', '127.0.0.1:0'];
  wagon = spawn(process.env.WAGON ?? 'wagon', command, { env: { ...process.env, API_MASTER_KEY: KEY }, stdio: 'ignore' });
  addresses = await waitFor('the gateway', () =>
    readFile(join(folder, 'wagon.addr'), 'utf8').then((text) => text && JSON.parse(text), () => undefined));
  browser = await chromium.launch({ executablePath: BROWSER, args: QUIET });
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`http://${addresses.sandbox}/`);
});

after(async () => {
  await browser?.close();
  if (wagon) {
    await new Promise((resolve) => {
      wagon.once('exit', resolve);
      wagon.kill();
    });
  }
  await rm(folder, { recursive: true, force: true });
});

test('the cast is there and can be found by name', async () => {
  await page.getByRole('button', { name: 'Echo 15550000001' }).waitFor();
  await page.getByLabel('Find an account').fill('menu');
  await page.getByRole('button', { name: /^Echo/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Menu Bot/ }).waitFor();
  await page.getByLabel('Find an account').fill('');
});

test('a pasted QR code links a gateway, whose stanzas appear', async () => {
  const { id } = await gateway('POST', '/sessions', { label: 'page' });
  const { code } = await gateway('GET', `/sessions/${id}/qr`);
  await page.getByRole('button', { name: /^Wagon Shop/ }).click();
  await page.getByLabel('Text of a QR code').fill(code);
  await page.getByRole('button', { name: 'Scan' }).click();
  await page.getByRole('cell', { name: 'connected' }).waitFor();
  await page.locator('#lines .stanza.in', { hasText: '<iq' }).first().waitFor();
  await waitFor('keys', async () => {
    const account = await (await fetch(`http://${addresses.sandbox}/admin/accounts/${SHOP}`)).json();
    return account.devices.every(({ reachable }) => reachable);
  });
});

test('a chat is written from a phone and shows the answer', async () => {
  await page.getByRole('button', { name: /^Reader/ }).click();
  await page.getByLabel('To', { exact: true }).fill('15550000001');
  await page.getByLabel('Text', { exact: true }).fill('hello from the page');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('.message', { hasText: 'echo: hello from the page' }).waitFor();
});

test('the transcript is filtered', async () => {
  await page.getByLabel('Element').fill('message');
  await page.getByLabel('To', { exact: true }).fill(SHOP);
  await page.getByLabel('Text', { exact: true }).fill('for the gateway');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('#lines .stanza', { hasText: '<message' }).first().waitFor();
  const lines = await page.locator('#lines .stanza .what').allTextContents();
  assert.ok(lines.every((line) => line.startsWith('<message')), lines.join('\n'));
});

test('a fault is added, strikes and is removed', async () => {
  await page.getByLabel('The fault as JSON').fill('{"action":{"kind":"close","how":"sideways"}}');
  await page.getByRole('button', { name: 'Add fault' }).click();
  await page.getByRole('status').filter({ hasText: 'sideways' }).waitFor();

  await page.getByLabel('Add a fault').selectOption('Drop all connections');
  await page.getByRole('button', { name: 'Add fault' }).click();
  const row = page.getByRole('row').filter({ hasText: '"kind":"close"' });
  await row.filter({ hasText: 'spent' }).getByRole('cell', { name: '1', exact: true }).waitFor();
  await row.getByRole('button', { name: /^Remove fault/ }).click();
  await page.getByText('Everything works as it should.').waitFor();
});

test('nothing went wrong on the page', () => {
  // The refused fault is the one thing a browser complains about by itself.
  assert.deepEqual(complaints.filter((text) => !text.includes('400 (Bad Request)')), []);
});
