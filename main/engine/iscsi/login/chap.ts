/** CHAP as RFC 7143, 12.1.3 has it over RFC 1994: the target asks, and may be asked in return. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TextPairs } from '../pdu/text.ts';

export interface ChapAccount {
  readonly user: string;
  readonly secret: string;
}

/** Whom the target lets in, and what it answers when it is asked itself. */
export interface ChapAccounts {
  readonly initiator: ChapAccount;
  /** For mutual CHAP; null where the target does not prove itself. */
  readonly target: ChapAccount | null;
}

/** Where the exchange is. */
export type ChapState =
  | { readonly step: 'algorithm' }
  | { readonly step: 'response'; readonly hash: ChapHash; readonly id: number; readonly challenge: Buffer };

export type ChapReply =
  | { readonly result: 'continue'; readonly state: ChapState; readonly pairs: TextPairs }
  | { readonly result: 'accepted'; readonly pairs: TextPairs }
  | { readonly result: 'refused' }
  /** Keys are missing or in the wrong order. */
  | { readonly result: 'malformed' };

type ChapHash = 'md5' | 'sha1' | 'sha256' | 'sha3-256';
/** Numbers of IANA's registry of PPP authentication algorithms. */
const hashes: Readonly<Record<string, ChapHash>> = { '5': 'md5', '6': 'sha1', '7': 'sha256', '8': 'sha3-256' };
const challengeLimit = 1024;

export function continueChap(
  state: ChapState,
  given: ReadonlyMap<string, string>,
  accounts: ChapAccounts,
  random: (bytes: number) => Buffer,
): ChapReply {
  return state.step === 'algorithm' ? ask(given, random) : judge(state, given, accounts);
}

function ask(given: ReadonlyMap<string, string>, random: (bytes: number) => Buffer): ChapReply {
  const offered = given.get('CHAP_A')?.split(',') ?? [];
  const algorithm = offered.find((number) => Object.hasOwn(hashes, number));
  if (algorithm === undefined) return { result: 'refused' };
  const id = random(1)[0]!;
  const challenge = random(32);
  return {
    result: 'continue',
    state: { step: 'response', hash: hashes[algorithm]!, id, challenge },
    pairs: [
      ['CHAP_A', algorithm],
      ['CHAP_I', String(id)],
      ['CHAP_C', `0x${challenge.toString('hex')}`],
    ],
  };
}

function judge(state: ChapState & { step: 'response' }, given: ReadonlyMap<string, string>, accounts: ChapAccounts): ChapReply {
  const name = given.get('CHAP_N');
  const answer = parseBinary(given.get('CHAP_R'));
  if (name === undefined || answer === undefined) return { result: 'malformed' };
  const wanted = respond(state.hash, { id: state.id, secret: accounts.initiator.secret, challenge: state.challenge });
  const right = answer.length === wanted.length && timingSafeEqual(answer, wanted);
  if (!right || !sameText(name, accounts.initiator.user)) return { result: 'refused' };
  const id = given.get('CHAP_I');
  const challenge = parseBinary(given.get('CHAP_C'));
  if (id === undefined && challenge === undefined) return { result: 'accepted', pairs: [] };
  if (id === undefined || challenge === undefined || !/^\d{1,3}$/.test(id) || Number(id) > 255) return { result: 'malformed' };
  // Our own challenge sent back would make us work out the answer for somebody else (12.1.3).
  if (accounts.target === null || challenge.equals(state.challenge)) return { result: 'refused' };
  const proof = respond(state.hash, { id: Number(id), secret: accounts.target.secret, challenge });
  return {
    result: 'accepted',
    pairs: [
      ['CHAP_N', accounts.target.user],
      ['CHAP_R', `0x${proof.toString('hex')}`],
    ],
  };
}

function respond(hash: ChapHash, of: { readonly id: number; readonly secret: string; readonly challenge: Buffer }): Buffer {
  return createHash(hash)
    .update(Buffer.from([of.id]))
    .update(of.secret, 'utf8')
    .update(of.challenge)
    .digest();
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text, 'utf8').digest());
  return timingSafeEqual(left!, right!);
}

/** Binary values come as hexadecimal or base 64 (6.1). */
function parseBinary(text: string | undefined): Buffer | undefined {
  if (text === undefined || text.length > 2 * challengeLimit + 2) return undefined;
  if (/^0[xX]([0-9a-fA-F]{2})+$/.test(text)) return Buffer.from(text.slice(2), 'hex');
  if (/^0[bB][A-Za-z0-9+/]+={0,2}$/.test(text)) return Buffer.from(text.slice(2), 'base64');
  return undefined;
}
