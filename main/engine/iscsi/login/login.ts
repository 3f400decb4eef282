/** The login of a connection (RFC 7143, 6.3): security, then operational negotiation, then full feature phase. */
import { hasCode } from '#contract';
import type { LoginPdu } from '../pdu/requests.ts';
import { parseText, type TextPairs } from '../pdu/text.ts';
import { continueChap, type ChapAccounts, type ChapState } from './chap.ts';
import { consistent, defaultParameters, receiveSegmentBytes, settle, type SessionParameters } from './parameters.ts';
import type { LoginStatus } from './status.ts';

export interface LoginRules {
  readonly targetName: string;
  /** Null lets everybody in who may connect. */
  readonly chap: ChapAccounts | null;
  /** Names of initiators that may log in; null for all. */
  readonly initiators: readonly string[] | null;
  readonly random: (bytes: number) => Buffer;
}

/** Who logged in, and on what terms. */
export interface LoggedIn {
  readonly initiatorName: string;
  readonly isid: Buffer;
  readonly discovery: boolean;
  readonly connection: number;
  readonly parameters: SessionParameters;
}

export type LoginReply =
  | {
      readonly status: 'success';
      readonly transit: boolean;
      readonly stage: number;
      readonly nextStage: number;
      readonly pairs: TextPairs;
      /** Set once the connection is in full feature phase. */
      readonly done: LoggedIn | undefined;
    }
  | { readonly status: Exclude<LoginStatus, 'success'> };

/** A login in progress. Its replies are final: after one that is no success the connection closes. */
export type Login = (pdu: LoginPdu) => LoginReply;

const stages = { security: 0, operational: 1, fullFeature: 3 } as const;
/** Of all text that one login may send. */
const textLimit = 16 * 1024;
const exchangesLimit = 32;

interface Progress {
  readonly stage: number;
  readonly names: Names | undefined;
  readonly chap: ChapState | undefined;
  /** Whether security is settled: none was needed, or it was proved. */
  readonly trusted: boolean;
  readonly parameters: SessionParameters;
  readonly declared: boolean;
  /** Whether one answer went out. */
  readonly greeted: boolean;
}

interface Names {
  readonly initiatorName: string;
  readonly discovery: boolean;
  readonly isid: Buffer;
}

export function login(rules: LoginRules): Login {
  let progress: Progress | undefined;
  let gathered = Buffer.alloc(0);
  let exchanges = 0;
  return (pdu) => {
    exchanges += 1;
    gathered = Buffer.concat([gathered, pdu.data]);
    if (exchanges > exchangesLimit || gathered.length > textLimit) return { status: 'initiatorError' };
    if (pdu.versionMin !== 0) return { status: 'unsupportedVersion' };
    if (pdu.continues)
      return pdu.transit
        ? { status: 'initiatorError' }
        : reply({ transit: false, stage: pdu.stage, nextStage: 0, pairs: [], done: undefined });
    const pairs = pairsOf(gathered);
    gathered = Buffer.alloc(0);
    if (pairs === undefined) return { status: 'initiatorError' };
    const step = advance(progress ?? firstProgress(pdu, rules), pdu, pairs, rules);
    progress = { ...step.progress, greeted: true };
    return step.reply;
  };
}

function pairsOf(text: Buffer): ReadonlyMap<string, string> | undefined {
  try {
    const pairs = parseText(text);
    const map = new Map(pairs);
    // A key may be offered once (6.2).
    return map.size === pairs.length ? map : undefined;
  } catch (error) {
    if (hasCode(error, 'iscsi/malformed')) return undefined;
    throw error;
  }
}

function firstProgress(pdu: LoginPdu, rules: LoginRules): Progress {
  return {
    stage: pdu.stage,
    names: undefined,
    chap: undefined,
    trusted: rules.chap === null,
    parameters: defaultParameters,
    declared: false,
    greeted: false,
  };
}

interface Step {
  readonly progress: Progress;
  readonly reply: LoginReply;
}

function advance(before: Progress, pdu: LoginPdu, pairs: ReadonlyMap<string, string>, rules: LoginRules): Step {
  const refuse = (status: Exclude<LoginStatus, 'success'>): Step => ({ progress: before, reply: { status } });
  const names = before.names ?? namesOf(pdu, pairs, rules);
  if ('refused' in names) return refuse(names.refused);
  if (pdu.stage !== before.stage || (pdu.stage !== stages.security && pdu.stage !== stages.operational))
    return refuse('initiatorError');
  if (!names.isid.equals(pdu.isid)) return refuse('initiatorError');
  const progress: Progress = { ...before, names };
  if (pdu.stage === stages.security) return secure(progress, pdu, pairs, rules);
  if (!progress.trusted) return refuse('authenticationFailure');
  return negotiate(progress, pdu, pairs, []);
}

function namesOf(
  pdu: LoginPdu,
  pairs: ReadonlyMap<string, string>,
  rules: LoginRules,
): Names | { readonly refused: Exclude<LoginStatus, 'success'> } {
  const initiatorName = pairs.get('InitiatorName');
  const type = pairs.get('SessionType') ?? 'Normal';
  if (initiatorName === undefined || initiatorName.length === 0) return { refused: 'missingParameter' };
  if (initiatorName.length > 223) return { refused: 'initiatorError' };
  if (type !== 'Normal' && type !== 'Discovery') return { refused: 'sessionTypeNotSupported' };
  const target = pairs.get('TargetName');
  if (type === 'Normal' && target === undefined) return { refused: 'missingParameter' };
  if (type === 'Normal' && target?.toLowerCase() !== rules.targetName) return { refused: 'notFound' };
  const allowed =
    rules.initiators === null || rules.initiators.some((name) => name.toLowerCase() === initiatorName.toLowerCase());
  if (!allowed) return { refused: 'authorizationFailure' };
  return { initiatorName, discovery: type === 'Discovery', isid: pdu.isid };
}

function secure(progress: Progress, pdu: LoginPdu, pairs: ReadonlyMap<string, string>, rules: LoginRules): Step {
  const refuse = (status: Exclude<LoginStatus, 'success'>): Step => ({ progress, reply: { status } });
  const offered = pairs.get('AuthMethod')?.split(',');
  if (rules.chap === null) {
    if (offered !== undefined && !offered.includes('None')) return refuse('authenticationFailure');
    return negotiate(progress, pdu, pairs, offered === undefined ? [] : [['AuthMethod', 'None']]);
  }
  if (progress.trusted) return negotiate(progress, pdu, pairs, []);
  if (progress.chap === undefined) {
    if (offered === undefined || !offered.includes('CHAP')) return refuse('authenticationFailure');
    const asked: Progress = { ...progress, chap: { step: 'algorithm' } };
    return stay(asked, pdu, [['AuthMethod', 'CHAP'], ...groupTag(progress)]);
  }
  const answer = continueChap(progress.chap, pairs, rules.chap, rules.random);
  if (answer.result === 'malformed') return refuse('initiatorError');
  if (answer.result === 'refused') return refuse('authenticationFailure');
  if (answer.result === 'continue') return stay({ ...progress, chap: answer.state }, pdu, answer.pairs);
  return negotiate({ ...progress, trusted: true }, pdu, withoutChap(pairs), answer.pairs);
}

function withoutChap(pairs: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...pairs].filter(([key]) => !key.startsWith('CHAP_')));
}

const settledByName = new Set(['InitiatorName', 'InitiatorAlias', 'SessionType', 'TargetName', 'TargetAlias', 'AuthMethod']);

function negotiate(before: Progress, pdu: LoginPdu, pairs: ReadonlyMap<string, string>, first: TextPairs): Step {
  const discovery = before.names?.discovery === true;
  const answers: (readonly [string, string])[] = [...first, ...groupTag(before)];
  let { parameters } = before;
  for (const [key, value] of pairs) {
    if (settledByName.has(key)) continue;
    const settled = settle(key, value, parameters, discovery);
    parameters = settled.parameters;
    if (settled.answer !== null) answers.push([key, settled.answer]);
  }
  if (pdu.stage === stages.operational && !before.declared)
    answers.push(['MaxRecvDataSegmentLength', String(receiveSegmentBytes)]);
  const declared = before.declared || pdu.stage === stages.operational;
  const progress: Progress = { ...before, parameters: consistent(parameters), declared };
  if (!pdu.transit) return stay(progress, pdu, answers);
  if (pdu.nextStage <= pdu.stage || pdu.nextStage === 2) return { progress, reply: { status: 'initiatorError' } };
  const done = pdu.nextStage === stages.fullFeature ? loggedIn(progress, pdu) : undefined;
  return {
    progress: { ...progress, stage: pdu.nextStage },
    reply: reply({ transit: true, stage: pdu.stage, nextStage: pdu.nextStage, pairs: answers, done }),
  };
}

/** The portal group is told in the first answer to a normal session (13.9). */
function groupTag(progress: Progress): TextPairs {
  return progress.names?.discovery === false && !progress.greeted ? [['TargetPortalGroupTag', '1']] : [];
}

function loggedIn(progress: Progress, pdu: LoginPdu): LoggedIn | undefined {
  if (progress.names === undefined) return undefined;
  return { ...progress.names, connection: pdu.connection, parameters: progress.parameters };
}

function stay(progress: Progress, pdu: LoginPdu, pairs: TextPairs): Step {
  return { progress, reply: reply({ transit: false, stage: pdu.stage, nextStage: 0, pairs, done: undefined }) };
}

function reply(of: Omit<LoginReply & { status: 'success' }, 'status'>): LoginReply {
  return { status: 'success', ...of };
}
