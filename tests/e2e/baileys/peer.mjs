// A Baileys client for tests: `node peer.mjs --sandbox http://127.0.0.1:PORT --auth DIR --name NAME [--account PN] [--by-code]`.
// The README describes its lines.
import { parseArgs } from 'node:util';

// First: it keeps stdout free of everything else.
import { emit, serveCommands } from './protocol.mjs';
import { commandsFor, urgent } from './commands.mjs';
import { Connection } from './connection.mjs';

const { values: options } = parseArgs({
  options: {
    sandbox: { type: 'string' },
    auth: { type: 'string' },
    name: { type: 'string' },
    account: { type: 'string' },
    history: { type: 'boolean', default: false },
    'by-code': { type: 'boolean' },
  },
});
for (const name of ['sandbox', 'auth', 'name']) {
  if (!options[name]) {
    console.error(`--${name} is missing`);
    process.exit(2);
  }
}

process.on('unhandledRejection', (error) => emit('error', { error: `unhandled: ${error?.message ?? error}` }));

const connection = await Connection.load(options);
serveCommands(commandsFor(connection), urgent);
connection.goOnline();
