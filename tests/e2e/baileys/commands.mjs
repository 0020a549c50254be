// What a test can ask the peer to do. Each function answers the fields of its reply.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

import { BufferJSON, downloadMediaMessage, jidNormalizedUser } from 'baileys';

import * as describe from './describe.mjs';
import { openResponse, respond } from './event.mjs';
import { emit } from './protocol.mjs';
import { openVote, vote } from './vote.mjs';

const PROGRESS_EVERY = 50;

/** Commands that must get through while another one is stuck. */
export const urgent = new Set(['close', 'offline', 'online']);

export function commandsFor(connection) {
  const known = (id) => {
    const info = connection.messages.get(id);
    if (!info) throw new Error(`message ${id} was never seen`);
    return info;
  };

  const deliver = async (to, content, { quote, messageId } = {}) => {
    const socket = await connection.socket();
    const info = await socket.sendMessage(to, content, { quoted: quote && known(quote), messageId });
    connection.remember(info);
    return { id: info.key.id, timestamp: Number(info.messageTimestamp) };
  };

  return {
    send: ({ to, text, mentions, ...options }) => deliver(to, { text, mentions }, options),

    /** Any content that Baileys knows: polls, locations, contacts, … */
    sendContent: ({ to, content, ...options }) => deliver(to, content, options),

    sendMedia: ({ to, kind, path, caption, mimetype, fileName, ptt, mentions, ...options }) =>
      deliver(to, { [kind]: { url: path }, caption, mimetype, fileName, ptt, mentions }, options),

    edit: ({ message, text }) => deliver(known(message).key.remoteJid, { text, edit: known(message).key }),

    react: ({ message, text }) => deliver(known(message).key.remoteJid, { react: { text, key: known(message).key } }),

    revoke: ({ message }) => deliver(known(message).key.remoteJid, { delete: known(message).key }),

    vote: async ({ message, options }) => {
      const socket = await connection.socket();
      const poll = known(message);
      const content = vote(poll, options, jidNormalizedUser(socket.user.id));
      return { id: await socket.relayMessage(poll.key.remoteJid, content, {}) };
    },

    openVote: async ({ message }) => {
      const socket = await connection.socket();
      const update = known(message);
      const poll = known(update.message.pollUpdateMessage.pollCreationMessageKey.id);
      return { options: openVote(update, poll, jidNormalizedUser(socket.user.id)) };
    },

    /** A calendar event; its start comes in milliseconds, because JSON has no dates. */
    invite: ({ to, start, event, ...options }) => deliver(to, { event: { ...event, startDate: new Date(start) } }, options),

    respond: async ({ message, response }) => {
      const socket = await connection.socket();
      const event = known(message);
      const content = respond(event, response, jidNormalizedUser(socket.user.id));
      return { id: await socket.relayMessage(event.key.remoteJid, content, {}) };
    },

    openResponse: async ({ message }) => {
      const socket = await connection.socket();
      const update = known(message);
      const event = known(update.message.encEventResponseMessage.eventCreationMessageKey.id);
      return openResponse(update, event, jidNormalizedUser(socket.user.id));
    },

    /** Sends `count` numbered texts back to back. */
    burst: async ({ to, count, prefix = '', from = 1 }, id) => {
      const ids = [];
      for (let number = from; number < from + count; number += 1) {
        ids.push((await deliver(to, { text: `${prefix}${number}` })).id);
        if (ids.length % PROGRESS_EVERY === 0) emit('progress', { reply: id, sent: ids.length });
      }
      return { ids };
    },

    downloadMedia: async ({ message, path }) => {
      const info = known(message);
      const content = await downloadMediaMessage(info, 'buffer', {});
      if (path) await writeFile(path, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { sha256, bytes: content.length, ...describe.file(info) };
    },

    /** A message as it came, with bytes as base64. */
    inspect: ({ message }) => ({ content: JSON.parse(JSON.stringify(known(message).message, BufferJSON.replacer)) }),

    read: async ({ keys }) => {
      const socket = await connection.socket();
      await socket.readMessages(keys.map((id) => known(id).key));
    },

    presence: async ({ state, to }) => {
      const socket = await connection.socket();
      await socket.sendPresenceUpdate(state, to);
    },

    subscribe: async ({ to }) => {
      const socket = await connection.socket();
      await socket.presenceSubscribe(to);
    },

    /** Any other method of the socket, such as `groupCreate`. */
    call: async ({ method, args = [] }) => {
      const socket = await connection.socket();
      if (typeof socket[method] !== 'function') throw new Error(`the socket has no method ${method}`);
      return { result: await socket[method](...args) };
    },

    offline: () => connection.goOffline(),

    online: async () => {
      connection.goOnline();
      await connection.socket();
    },

    logout: async () => {
      const socket = await connection.socket();
      await socket.logout();
    },

    close: async () => {
      await connection.goOffline();
      // The reply is written in between.
      setImmediate(() => process.exit(0));
    },
  };
}
