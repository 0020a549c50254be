// A little WhatsApp bot: follows the gateway's events and answers who asks for the price.

export const PRICES = 'Bread 3.20, rolls 0.60, cake 4.50';

/** As much of the gateway's API as the bot needs. */
export class Gateway {
  constructor(url, key) {
    this.url = url;
    this.headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  }

  async call(method, path, body, signal) {
    const init = { method, headers: this.headers, body: body && JSON.stringify(body), signal };
    const response = await fetch(`${this.url}/api/v1${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  read = async (method, path, body) => (await this.call(method, path, body)).json();

  /** What happens from now on, one event at a time. */
  async *events(signal) {
    const { body } = await this.call('GET', '/events', undefined, signal);
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) if (line) yield JSON.parse(line);
    }
  }

  send = (session, to, text) => this.read('POST', `/sessions/${session}/messages`, { type: 'text', to, text });
}

/** Answers messages until the connection ends or `signal` is aborted. */
export async function run(gateway, { signal, ready = () => {} } = {}) {
  for await (const { event, session, payload } of gateway.events(signal)) {
    if (event === 'connected') ready();
    if (event === 'message' && /price/i.test(payload.body ?? '')) {
      await gateway.send(session, payload.chatJid, PRICES);
    }
  }
}
