/** The operational keys of RFC 7143, 13, and how each is settled. */
import type { Digests } from '../pdu/layout.ts';

/** What a session agreed on. */
export interface SessionParameters {
  readonly digests: Digests;
  readonly initialR2t: boolean;
  readonly immediateData: boolean;
  /** What the initiator takes in one data segment. */
  readonly maxSendSegment: number;
  readonly maxBurst: number;
  readonly firstBurst: number;
  readonly maxOutstandingR2t: number;
}

/** Defaults of section 13 for what is not negotiated. */
export const defaultParameters: SessionParameters = {
  digests: { header: false, data: false },
  initialR2t: true,
  immediateData: true,
  maxSendSegment: 8192,
  maxBurst: 262_144,
  firstBurst: 65_536,
  maxOutstandingR2t: 1,
};

/** What we take in one data segment, once logged in. */
export const receiveSegmentBytes = 262_144;
const ourMaxBurst = 1_048_576;
const ourFirstBurst = 262_144;
const ourOutstandingR2t = 8;

/** Our answer to a key, and what it makes of the parameters. `answer` null: declared, needs none. */
export interface Settled {
  readonly answer: string | null;
  readonly parameters: SessionParameters;
}

type Rule = (value: string, now: SessionParameters) => Settled;

const reject = (now: SessionParameters): Settled => ({ answer: 'Reject', parameters: now });
const fixed =
  (answer: string): Rule =>
  (_, now) => ({ answer, parameters: now });

/** A number that both sides bound: the smaller one holds. */
function smaller(
  limits: { readonly ours: number; readonly min: number; readonly max: number },
  set: (value: number) => Partial<SessionParameters>,
): Rule {
  return (value, now) => {
    const given = numeric(value);
    if (given === undefined || given < limits.min || given > limits.max) return reject(now);
    const agreed = Math.min(given, limits.ours);
    return { answer: String(agreed), parameters: { ...now, ...set(agreed) } };
  };
}

/** A boolean: `and` holds when both want it, `or` when one does. */
function flag(ours: boolean, how: 'and' | 'or', set: (value: boolean) => Partial<SessionParameters>): Rule {
  return (value, now) => {
    if (value !== 'Yes' && value !== 'No') return reject(now);
    const agreed = how === 'and' ? ours && value === 'Yes' : ours || value === 'Yes';
    return { answer: agreed ? 'Yes' : 'No', parameters: { ...now, ...set(agreed) } };
  };
}

/** The first of the initiator's list that we know. */
function digest(which: keyof Digests): Rule {
  return (value, now) => {
    const chosen = value.split(',').find((name) => name === 'CRC32C' || name === 'None');
    if (chosen === undefined) return reject(now);
    return { answer: chosen, parameters: { ...now, digests: { ...now.digests, [which]: chosen === 'CRC32C' } } };
  };
}

const largest = 16_777_215;
const rules: Readonly<Record<string, Rule>> = {
  HeaderDigest: digest('header'),
  DataDigest: digest('data'),
  MaxConnections: fixed('1'),
  InitialR2T: flag(false, 'or', (initialR2t) => ({ initialR2t })),
  ImmediateData: flag(true, 'and', (immediateData) => ({ immediateData })),
  MaxRecvDataSegmentLength: (value, now) => {
    const given = numeric(value);
    if (given === undefined || given < 512 || given > largest) return reject(now);
    // Declarative: each side says its own. What we send in one segment is bounded by our own bursts as well.
    return { answer: null, parameters: { ...now, maxSendSegment: Math.min(given, ourMaxBurst) } };
  },
  MaxBurstLength: smaller({ ours: ourMaxBurst, min: 512, max: largest }, (maxBurst) => ({ maxBurst })),
  FirstBurstLength: smaller({ ours: ourFirstBurst, min: 512, max: largest }, (firstBurst) => ({ firstBurst })),
  DefaultTime2Wait: (value, now) => {
    const given = numeric(value);
    return given === undefined || given > 3600 ? reject(now) : { answer: String(Math.max(given, 2)), parameters: now };
  },
  // No task outlives its connection: error recovery level 0 keeps nothing.
  DefaultTime2Retain: fixed('0'),
  MaxOutstandingR2T: smaller({ ours: ourOutstandingR2t, min: 1, max: 65_535 }, (maxOutstandingR2t) => ({ maxOutstandingR2t })),
  DataPDUInOrder: flag(true, 'or', () => ({})),
  DataSequenceInOrder: flag(true, 'or', () => ({})),
  ErrorRecoveryLevel: fixed('0'),
  IFMarker: fixed('No'),
  OFMarker: fixed('No'),
  TaskReporting: fixed('RFC3720'),
  iSCSIProtocolLevel: fixed('1'),
};

/** Keys that only matter between initiators and full-feature sessions; in discovery they are irrelevant (13). */
const sessionWide = new Set([
  'MaxConnections',
  'InitialR2T',
  'ImmediateData',
  'MaxBurstLength',
  'FirstBurstLength',
  'MaxOutstandingR2T',
  'DataPDUInOrder',
  'DataSequenceInOrder',
]);

export function settle(key: string, value: string, now: SessionParameters, discovery: boolean): Settled {
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  if (rule === undefined) return { answer: 'NotUnderstood', parameters: now };
  if (discovery && sessionWide.has(key)) return { answer: 'Irrelevant', parameters: now };
  return rule(value, now);
}

/** What must hold between the agreed values (13.14): the first burst is not longer than a burst. */
export function consistent(parameters: SessionParameters): SessionParameters {
  return { ...parameters, firstBurst: Math.min(parameters.firstBurst, parameters.maxBurst) };
}

function numeric(value: string): number | undefined {
  const number = /^(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})$/.test(value) ? Number(value) : undefined;
  return number !== undefined && number <= 0xffff_ffff ? number : undefined;
}
