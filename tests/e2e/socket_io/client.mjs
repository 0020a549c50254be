// A client of the namespace /events: what Socket.IO's own library makes of what the gateway says.
//
// node client.mjs URL OPTIONS, the options being JSON as the library takes them (auth, extraHeaders, transports).
// Standard input has one frame per line to send; standard output has one JSON object per line of what happened:
// connect, message (with its frame), connect_error, disconnect (with the library's reason).

import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [url, options] = process.argv.slice(2);
const told = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);

// One connection, so that a test sees the end of it.
const socket = io(`${url}/events`, { forceNew: true, reconnection: false, ...JSON.parse(options) });
socket.on('connect', () => told('connect', { transport: socket.io.engine.transport.name }));
socket.on('connect_error', (error) => told('connect_error', { error: error.message }));
socket.on('disconnect', (reason) => told('disconnect', { reason }));
socket.on('message', (frame) => told('message', { frame }));

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => socket.emit('message', JSON.parse(line)));
lines.on('close', () => process.exit());
