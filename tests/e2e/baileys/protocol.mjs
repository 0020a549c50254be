// JSON lines: events and replies on stdout, commands on stdin. Nothing else may reach stdout, so this module has to be
// imported before any library that prints there.
import { createInterface } from 'node:readline';
import { format } from 'node:util';

for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table']) {
  console[method] = (...args) => process.stderr.write(`${format(...args)}\n`);
}

const write = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

export const emit = (event, fields = {}) => write({ event, ...fields });

/**
 * Answers each command with one reply. Commands run one after the other, in the order they came, so that what they send
 * keeps that order; those in `urgent` do not wait for their turn.
 */
export function serveCommands(commands, urgent) {
  let queue = Promise.resolve();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    let command;
    try {
      command = JSON.parse(line);
    } catch (error) {
      write({ reply: null, ok: false, error: `not a JSON line: ${error.message}` });
      return;
    }
    if (urgent.has(command.cmd)) {
      void answer(commands, command);
    } else {
      queue = queue.then(() => answer(commands, command));
    }
  });
  // The test that owns this peer is gone.
  lines.on('close', () => process.exit(0));
}

async function answer(commands, { id = null, cmd, ...fields }) {
  try {
    if (!Object.hasOwn(commands, cmd)) throw new Error(`unknown command ${cmd}`);
    const result = await commands[cmd](fields, id);
    write({ reply: id, ok: true, ...result });
  } catch (error) {
    write({ reply: id, ok: false, error: String(error?.message ?? error), code: error?.output?.statusCode });
  }
}
