// One linked device: pairs through the sandbox's virtual phone, stays connected, reports what it sees.
import makeWASocket, {
  DisconnectReason,
  WA_CERT_DETAILS,
  jidDecode,
  jidNormalizedUser,
  makeCacheableSignalKeyStore,
  proto,
  useMultiFileAuthState,
} from 'baileys';
import pino from 'pino';

import * as describe from './describe.mjs';
import { emit } from './protocol.mjs';

// Baileys would otherwise ask the Internet which version is current.
const VERSION = [2, 3000, 1043857760];
const MEDIA_HOST = 'mmg.whatsapp.net';
const OPEN_WITHIN_MS = 30_000;
const RETRY_AT_MOST_EVERY_MS = 2_000;
// The network has ended these for good; connecting again would only repeat the answer.
const FINAL = new Set([
  DisconnectReason.loggedOut,
  DisconnectReason.forbidden,
  DisconnectReason.connectionReplaced,
  DisconnectReason.multideviceMismatch,
]);

const logger = pino({ level: process.env.PEER_LOG_LEVEL ?? 'error' }, pino.destination(2));

/** Blobs that name no host are looked for at WhatsApp's media host, which here is the sandbox. */
function redirectMedia(sandbox) {
  const { fetch } = globalThis;
  globalThis.fetch = (target, options) => {
    const url = new URL(target instanceof Request ? target.url : target);
    if (url.host !== MEDIA_HOST) return fetch(target, options);
    return fetch(new URL(url.pathname + url.search, sandbox), options);
  };
}

export class Connection {
  /** Everything seen or sent, by id: to quote, to answer retry requests, to fetch media. */
  messages = new Map();
  #sandbox;
  #account;
  #history;
  #byCode;
  #codeAsked = false;
  #name;
  #auth;
  #saveCreds;
  #socket;
  #wanted = false;
  #isOpen = false;
  #failures = 0;
  #waiters = new Set();

  static async load({ sandbox, auth, name, account, history, 'by-code': byCode }) {
    const connection = new Connection();
    const { state, saveCreds } = await useMultiFileAuthState(auth);
    connection.#sandbox = new URL(sandbox);
    connection.#account = account;
    connection.#history = history;
    redirectMedia(connection.#sandbox);
    connection.#byCode = byCode;
    connection.#name = name;
    connection.#auth = { creds: state.creds, keys: makeCacheableSignalKeyStore(state.keys, logger) };
    connection.#saveCreds = saveCreds;
    return connection;
  }

  /** The open socket; waits for a reconnect that is under way. */
  async socket() {
    await this.#until(() => this.#isOpen, 'the connection to open');
    return this.#socket;
  }

  goOnline() {
    this.#wanted = true;
    this.#failures = 0;
    if (!this.#socket) void this.#connect();
  }

  async goOffline() {
    this.#wanted = false;
    await this.#socket?.end(undefined);
    await this.#until(() => !this.#socket, 'the connection to close');
  }

  remember(info) {
    if (info?.key?.id) this.messages.set(info.key.id, info);
  }

  async #connect() {
    try {
      // Asked for each time: a sandbox that has started anew may have new keys.
      const trust = await (await fetch(new URL('/admin/trust', this.#sandbox))).json();
      WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(trust.root, 'hex');
    } catch (error) {
      logger.info({ error }, 'the sandbox does not answer');
      this.#retry();
      return;
    }
    if (!this.#wanted || this.#socket) return;
    const url = new URL('/ws/chat', this.#sandbox);
    url.protocol = 'ws:';
    const socket = makeWASocket({
      auth: this.#auth,
      browser: [this.#name, 'Chrome', '1.0'],
      connectTimeoutMs: 10_000,
      defaultQueryTimeoutMs: 20_000,
      getMessage: async ({ id }) => this.messages.get(id)?.message ?? undefined,
      logger,
      shouldSyncHistoryMessage: () => this.#history,
      syncFullHistory: false,
      version: VERSION,
      waWebSocketUrl: url,
    });
    this.#socket = socket;
    this.#listen(socket.ev);
  }

  #retry() {
    if (!this.#wanted) return;
    const delay = Math.min(100 * 2 ** this.#failures, RETRY_AT_MOST_EVERY_MS);
    this.#failures += 1;
    setTimeout(() => this.#wanted && !this.#socket && this.#connect(), delay);
  }

  #listen(ev) {
    ev.on('creds.update', ({ me }) => {
      if (me?.name) emit('name', { name: me.name });
      // Sent along with presence; the network shows it to others as the push name.
      if (this.#auth.creds.me) this.#auth.creds.me.name ??= this.#name;
      return this.#saveCreds();
    });
    ev.on('connection.update', (update) => this.#connectionChanged(update));
    ev.on('messages.upsert', ({ messages, type }) => {
      for (const info of messages) {
        this.remember(info);
        emit('message', describe.message(info, type));
        // While events are buffered, Baileys folds early receipts and refusals into the message itself.
        if (info.key.fromMe && Object.hasOwn(info, 'status') && info.status !== proto.WebMessageInfo.Status.PENDING) {
          this.#status(info.key, info.status, info.messageStubParameters?.[0]);
        }
      }
    });
    ev.on('messages.update', (updates) => {
      for (const { key, update } of updates) {
        if (update.status != null) this.#status(key, update.status, update.messageStubParameters?.[0]);
        const edited = update.message?.editedMessage?.message;
        if (update.starred != null) emit('star', { id: key.id, from: key.remoteJid, starred: update.starred });
        if (edited) emit('edit', describe.message({ key, message: edited }));
        if (update.messageStubType === proto.WebMessageInfo.StubType.REVOKE) emit('revoke', { id: key.id, from: key.remoteJid });
      }
    });
    ev.on('messages.delete', ({ keys = [] }) => keys.forEach(({ id, remoteJid: from, fromMe }) => emit('messageDeleted', { id, from, fromMe })));
    ev.on('messages.reaction', (reactions) => {
      for (const { key, reaction } of reactions) {
        const { remoteJid: from, participant, fromMe = false } = reaction.key ?? {};
        emit('reaction', { id: key.id, from, participant, fromMe, text: reaction.text ?? '' });
      }
    });
    ev.on('message-receipt.update', (receipts) => receipts.forEach((update) => emit('receipt', describe.receipt(update))));
    ev.on('presence.update', ({ id, presences }) => {
      for (const [participant, state] of Object.entries(presences)) {
        emit('presence', describe.presence(id, participant, state));
      }
    });
    ev.on('groups.upsert', (groups) => groups.forEach((group) => emit('group', { group })));
    ev.on('groups.update', (groups) => groups.forEach((group) => emit('group', { group })));
    ev.on('group-participants.update', ({ id, author, action, participants }) => {
      emit('participants', { from: id, author, action, participants });
    });
    ev.on('chats.update', (chats) => chats.forEach((chat) => emit('chat', describe.chat(chat))));
    ev.on('chats.delete', (chats) => chats.forEach((id) => emit('chatDeleted', { id })));
    ev.on('contacts.upsert', (contacts) => contacts.forEach((contact) => emit('contact', describe.contact(contact))));
    ev.on('contacts.update', (contacts) => contacts.forEach((contact) => emit('contact', describe.contact(contact))));
    ev.on('messaging-history.set', (history) => {
      history.messages.forEach((info) => this.remember(info));
      emit('history', describe.history(history));
    });
    ev.on('newsletter.reaction', ({ id, server_id: serverId, reaction }) => emit('channelReaction', { from: id, serverId, text: reaction.code }));
    ev.on('call', (calls) => calls.forEach(({ id, from, status }) => emit('call', { id, from, status })));
  }

  #status({ id, remoteJid, fromMe }, status, error) {
    emit('status', { id, chat: remoteJid, fromMe: fromMe === true, status: describe.statusName(status), error });
  }

  #connectionChanged({ connection, lastDisconnect, qr, receivedPendingNotifications }) {
    if (qr) void (this.#byCode ? this.#pairByCode() : this.#pair(qr));
    if (receivedPendingNotifications) emit('online');
    if (connection === 'open') {
      const { id, lid } = this.#socket.user;
      this.#isOpen = true;
      this.#failures = 0;
      emit('open', { jid: jidNormalizedUser(id), lid: jidNormalizedUser(lid), device: jidDecode(id)?.device ?? 0 });
      this.#changed();
    } else if (connection === 'close') {
      this.#closed(lastDisconnect?.error?.output?.statusCode);
    }
  }

  #closed(code) {
    const wasOpen = this.#isOpen;
    this.#socket = undefined;
    this.#isOpen = false;
    if (code === DisconnectReason.restartRequired) {
      // The last step of pairing, not a disconnection.
      void this.#connect();
      return;
    }
    const final = FINAL.has(code);
    if (final) this.#wanted = false;
    // Failed attempts to get back are not reported, so that an idle peer stays silent.
    if (wasOpen || final) emit('close', { code, final });
    this.#changed();
    this.#retry();
  }

  async #pair(qr) {
    const scan = new URL('/admin/mock-phone/scan-qr', this.#sandbox);
    if (this.#account) scan.searchParams.set('account', this.#account);
    try {
      const answer = await fetch(scan, { method: 'POST', body: qr });
      if (!answer.ok) emit('error', { error: `scan-qr answered ${answer.status}: ${await answer.text()}` });
    } catch (error) {
      emit('error', { error: `scan-qr: ${error.message}` });
    }
  }

  /** Asks for a code once, and types it on the phone. */
  async #pairByCode() {
    if (this.#codeAsked) return;
    this.#codeAsked = true;
    try {
      const code = await this.#socket.requestPairingCode(this.#account);
      const body = JSON.stringify({ pn: this.#account, code });
      const answer = await fetch(new URL('/admin/pairing/code', this.#sandbox), { method: 'POST', body });
      if (!answer.ok) emit('error', { error: `pairing/code answered ${answer.status}: ${await answer.text()}` });
    } catch (error) {
      emit('error', { error: `pairing by code: ${error.message}` });
    }
  }

  #changed() {
    for (const waiter of this.#waiters) waiter();
  }

  #until(condition, what) {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (finish, value) => {
        clearTimeout(deadline);
        this.#waiters.delete(check);
        finish(value);
      };
      const check = () => condition() && settle(resolve);
      const deadline = setTimeout(() => settle(reject, new Error(`timed out waiting for ${what}`)), OPEN_WITHIN_MS);
      this.#waiters.add(check);
    });
  }
}
