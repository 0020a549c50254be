import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRICES, run } from './bot.mjs';
import { start } from './wagon.mjs';

const end = new AbortController();
let wagon;

beforeAll(async () => {
  wagon = await start();
  await new Promise((ready, reject) => {
    run(wagon.gateway, { ready, signal: end.signal }).catch((error) => {
      if (!end.signal.aborted) reject(error);
    });
  });
}, 60_000);

afterAll(async () => {
  end.abort();
  await wagon?.stop();
});

test('whoever asks for the price gets it', async () => {
  const ann = await wagon.person('Ann');
  await ann.write('What is the price of bread?');
  expect(await ann.nextMessage()).toBe(PRICES);
}, 30_000);

test('the bot copes with a lost connection', async () => {
  const bob = await wagon.person('Bob');
  await wagon.fault({ action: { kind: 'close', how: 'reset' } });
  await bob.write('price, please');
  expect(await bob.nextMessage()).toBe(PRICES);
}, 30_000);
