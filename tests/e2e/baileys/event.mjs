// Responses to calendar events: like votes in polls, Baileys leaves them to its users.
import { decryptEventResponse, proto } from 'baileys';

import { author, seal } from './vote.mjs';

const { EventResponseMessage } = proto.Message;
const { EventResponseType } = EventResponseMessage;

/** The content that answers the event `info` with the name of a response. */
export function respond(info, response, me) {
  const said = { response: EventResponseType[response], timestampMs: Date.now() };
  const plain = EventResponseMessage.encode(said).finish();
  return {
    encEventResponseMessage: { eventCreationMessageKey: info.key, ...seal(info, me, 'Event Response', plain) },
  };
}

/** What a response to the event `info` says. */
export function openResponse(update, info, me) {
  const said = decryptEventResponse(update.message.encEventResponseMessage, {
    eventCreatorJid: author(info.key, me),
    eventMsgId: info.key.id,
    eventEncKey: info.message.messageContextInfo.messageSecret,
    responderJid: author(update.key, me),
  });
  return { response: EventResponseType[said.response], extraGuests: said.extraGuestCount ?? undefined };
}
