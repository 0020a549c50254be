// Votes in polls: Baileys has the means to open one, and leaves the rest to its users.
import { createHash, randomBytes } from 'node:crypto';

import { aesEncryptGCM, decryptPollVote, hmacSign, jidNormalizedUser, proto } from 'baileys';

// As the other side knows the author: by the address that the message carries first.
export const author = (key, me) => (key.fromMe ? me : jidNormalizedUser(key.participant || key.remoteJid));
const digest = (name) => createHash('sha256').update(name).digest();

/** Seals an answer to the message `info`; `use` says which kind of answer it is. */
export function seal(info, me, use, plain) {
  const secret = info.message.messageContextInfo.messageSecret;
  const creator = author(info.key, me);
  const sign = Buffer.concat([Buffer.from(info.key.id + creator + me + use), Buffer.from([1])]);
  const key = hmacSign(sign, hmacSign(secret, Buffer.alloc(32), 'sha256'), 'sha256');
  const encIv = randomBytes(12);
  const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${info.key.id}\u0000${me}`));
  return { encPayload, encIv };
}

/** The content that votes for `options` in the poll `info`; no option takes the vote back. */
export function vote(info, options, me) {
  const selectedOptions = options.map(digest);
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: info.key,
      vote: seal(info, me, 'Poll Vote', plain),
      senderTimestampMs: Date.now(),
    },
  };
}

/** What a vote in the poll `info` is for, by the names of the options. */
export function openVote(update, info, me) {
  const { vote: sealed } = update.message.pollUpdateMessage;
  const { selectedOptions } = decryptPollVote(sealed, {
    pollCreatorJid: author(info.key, me),
    pollMsgId: info.key.id,
    pollEncKey: info.message.messageContextInfo.messageSecret,
    voterJid: author(update.key, me),
  });
  const chosen = new Set(selectedOptions.map((hash) => Buffer.from(hash).toString('hex')));
  const poll = info.message.pollCreationMessageV3 ?? info.message.pollCreationMessageV2 ?? info.message.pollCreationMessage;
  return poll.options.map(({ optionName }) => optionName).filter((name) => chosen.has(digest(name).toString('hex')));
}
