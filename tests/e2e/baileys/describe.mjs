// Baileys' objects in the words of the protocol.
import { extractMessageContent, getContentType, jidNormalizedUser, proto, toNumber } from 'baileys';

const STATUS = {
  [proto.WebMessageInfo.Status.ERROR]: 'error',
  [proto.WebMessageInfo.Status.PENDING]: 'pending',
  [proto.WebMessageInfo.Status.SERVER_ACK]: 'server_ack',
  [proto.WebMessageInfo.Status.DELIVERY_ACK]: 'delivered',
  [proto.WebMessageInfo.Status.READ]: 'read',
  [proto.WebMessageInfo.Status.PLAYED]: 'played',
};

export const statusName = (status) => STATUS[status] ?? String(status);

export function message(info, upsert) {
  const content = extractMessageContent(info.message);
  const part = getContentType(content);
  const context = content?.[part]?.contextInfo;
  return {
    id: info.key.id,
    from: info.key.remoteJid,
    fromAlt: info.key.remoteJidAlt,
    participant: info.key.participant || undefined,
    participantAlt: info.key.participantAlt,
    fromMe: info.key.fromMe === true,
    type: typeOf(info, part),
    text: textOf(content, part),
    quoted: context?.stanzaId ? quoted(context) : undefined,
    mentions: context?.mentionedJid?.length ? context.mentionedJid : undefined,
    forwarded: context?.isForwarded || undefined,
    target: content?.[part]?.key?.id ?? undefined,
    pushName: info.pushName || undefined,
    timestamp: toNumber(info.messageTimestamp),
    failure: info.messageStubParameters?.[0],
    // `notify` arrived while connected, `append` while offline or was sent by this account.
    upsert,
  };
}

/** What a media message announces about its file. */
export function file(info) {
  const content = extractMessageContent(info.message);
  const media = content?.[getContentType(content)];
  return { mimetype: media?.mimetype, fileName: media?.fileName ?? undefined, caption: media?.caption ?? undefined };
}

export function presence(chat, participant, { lastKnownPresence, lastSeen }) {
  return { from: chat, participant: jidNormalizedUser(participant), state: lastKnownPresence, lastSeen };
}

export function chat({ id, archived, pinned, muteEndTime, unreadCount, readOnly }) {
  return { id, archived, pinned: pinned == null ? pinned : Boolean(pinned), muteEndTime, unreadCount, readOnly };
}

export function contact({ id, name, notify, imgUrl, status }) {
  return { id, name, notify, imgUrl, status };
}

export function history({ chats, contacts, messages, progress, syncType }) {
  return {
    progress: progress ?? undefined,
    syncType: proto.HistorySync.HistorySyncType[syncType],
    chats: chats.map(({ id, name, unreadCount }) => ({ id, name, unreadCount })),
    contacts: contacts.map(contact),
    messages: messages.map((info) => message(info, 'history')),
  };
}

export function receipt({ key, receipt: { userJid, readTimestamp, receiptTimestamp } }) {
  const type = readTimestamp ? 'read' : 'delivered';
  return { id: key.id, chat: key.remoteJid, participant: userJid, type, timestamp: readTimestamp || receiptTimestamp };
}

function typeOf(info, part) {
  if (part === 'conversation' || part === 'extendedTextMessage') return 'text';
  if (part) return part.replace(/Message$/, '');
  return info.messageStubType === proto.WebMessageInfo.StubType.CIPHERTEXT ? 'undecryptable' : 'empty';
}

function textOf(content, part) {
  const body = content?.[part];
  return (typeof body === 'string' ? body : (body?.text ?? body?.caption)) ?? undefined;
}

function quoted({ stanzaId, participant, quotedMessage }) {
  const content = extractMessageContent(quotedMessage);
  return { id: stanzaId, participant: participant || undefined, text: textOf(content, getContentType(content)) };
}
