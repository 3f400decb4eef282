import type { ErrorCode } from '#contract';

/** Hyper-V and VSS numbers with a meaning of their own; section 3.7 and 8 of the reference. */
const numbers: Readonly<Record<number, ErrorCode>> = {
  0x80070005: 'host/access-denied',
  0x80041003: 'host/access-denied',
  0x80042304: 'host/vss-provider-failed',
  0x80042306: 'host/vss-provider-failed',
  0x8004230f: 'host/vss-provider-failed',
  0x80042312: 'host/vss-storage-full',
  0x80042317: 'host/vss-storage-full',
  0x8004231f: 'host/vss-storage-full',
  0x80042316: 'host/vss-busy',
  0x80042313: 'host/vss-writer-retryable',
  0x80042314: 'host/vss-writer-retryable',
  0x80042319: 'host/vss-writer-failed',
  0x800423f0: 'host/vss-writer-failed',
  0x800423f1: 'host/vss-writer-retryable',
  0x800423f2: 'host/vss-writer-retryable',
  0x800423f3: 'host/vss-writer-retryable',
  0x800423f4: 'host/vss-writer-failed',
  0x80070032: 'host/chain-broken',
  0x80070020: 'host/file-locked',
  0x80070070: 'host/no-space',
};

export function codeOfNumber(hresult: number): ErrorCode | undefined {
  return numbers[hresult >>> 0];
}

/** What every operation can end in that waits for a job of Hyper-V. */
export const jobFailures: readonly ErrorCode[] = [
  'host/job-failed',
  'host/job-vanished',
  'host/job-timeout',
  'host/method-refused',
  'host/access-denied',
  'host/file-locked',
  'host/no-space',
];

/** VSS failures that pass by themselves: worth a pause and another try. */
export const retryableFailures: readonly ErrorCode[] = ['host/vss-writer-retryable', 'host/vss-busy'];
