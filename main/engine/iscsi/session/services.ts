/** Text and logout: what a session has beside commands. */
import { hasCode } from '#contract';
import { finalFlag, noTag, responseOpcodes, type RawPdu } from '../pdu/layout.ts';
import type { TaggedPdu } from '../pdu/requests.ts';
import { parseText, writeText, type TextPairs } from '../pdu/text.ts';
import type { Channel } from './channel.ts';
import type { Responder } from './responder.ts';

export interface TextContext {
  readonly targetName: string;
  /** As the initiator reached it: `ADDRESS:PORT`. */
  readonly portal: string;
}

/** SendTargets and nothing else; the answer always fits one PDU (RFC 7143, 11.10, appendix C). */
export function answerText(answers: Responder, pdu: TaggedPdu, of: TextContext & { readonly discovery: boolean }): void {
  if (pdu.continues || !pdu.final || pdu.transferTag !== noTag) return respond(answers, pdu.tag, writeText([]));
  return respond(answers, pdu.tag, writeText(answersTo(pdu.data, of)));
}

function answersTo(data: Buffer, of: TextContext & { readonly discovery: boolean }): TextPairs {
  try {
    return parseText(data).flatMap(([key, value]): TextPairs => {
      if (key !== 'SendTargets') return [[key, 'NotUnderstood']];
      const asked = value === 'All' ? of.discovery : value === '' || value.toLowerCase() === of.targetName;
      if (!asked) return value === 'All' ? [['SendTargets', 'Reject']] : [];
      return [
        ['TargetName', of.targetName],
        ['TargetAddress', `${of.portal},1`],
      ];
    });
  } catch (error) {
    if (hasCode(error, 'iscsi/malformed')) return [];
    throw error;
  }
}

function respond(answers: Responder, tag: number, data: Buffer): void {
  const frame = answers.frame(responseOpcodes.text, data.length);
  frame.header[1] = finalFlag;
  frame.header.writeUInt32BE(tag, 16);
  frame.header.writeUInt32BE(noTag, 20);
  data.copy(frame.data);
  answers.respond(frame);
}

/** Logout (11.14): of the session or its one connection; there is no recovery to remove a connection for. */
export function answerLogout(answers: Responder, { header }: RawPdu, channel: Channel): void {
  const reason = header[1]! & 0x7f;
  const frame = answers.frame(responseOpcodes.logout, 0);
  frame.header[1] = finalFlag;
  frame.header[2] = reason === 2 ? 2 : 0;
  frame.header.writeUInt32BE(header.readUInt32BE(16), 16);
  frame.header.writeUInt16BE(2, 40);
  answers.respond(frame);
  if (reason !== 2) channel.end();
}
