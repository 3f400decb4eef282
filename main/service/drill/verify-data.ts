/** The data of a restore point as its drill judges it: a verification, whose report is kept beside the point. */
import {
  asHostkeepError,
  evidenceSummary,
  type DrillVerification,
  type Evidence,
  type RestorePoint,
  type StepReport,
} from '#contract';
import { openGuest, type DataVerdict } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import { verifyAndKeep } from '#engine/verify';
import type { RecoveryWork } from '../recover/recover.ts';

export interface DataSeen extends DrillVerification {
  readonly verdict: DataVerdict;
}

const checksAtMost = 100;

export async function verifyData(
  { onProgress, signal }: Pick<RecoveryWork, 'onProgress' | 'signal'>,
  of: { readonly repository: Repository; readonly point: RestorePoint; readonly by: string },
  report: (step: StepReport) => void,
): Promise<DataSeen> {
  const { repository, point, by } = of;
  const step = { step: 'verify', side: 'console', actor: 'verification' } as const;
  report({ ...step, state: 'started' });
  try {
    const subject = { repository, point, volumes: openGuest(repository, point) };
    const { evidence, notKept } = await verifyAndKeep(subject, { depth: 'sample', by, onProgress, signal });
    const verdict = verdictOf(evidence);
    const { files, bytes, seed } = evidence.reading;
    const kept = notKept === null ? '' : `, the report could not be kept: ${notKept.message}`;
    const state = verdict === 'sound' ? 'done' : verdict === 'damaged' ? 'failed' : 'warning';
    report({ ...step, state, detail: `${evidence.grade}, ${files} files read${kept}` });
    return { verdict, ...toldOf(evidence), evidence: { ...evidenceSummary(evidence), files, bytes, seed } };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = asHostkeepError(error);
    report({ ...step, state: 'failed', detail: message });
    return { verdict: 'doubtful', checks: [], notes: [`${code}: ${message}`], evidence: null };
  }
}

/** `limited` is sound where a file system was read: what nobody here can look into, a swap volume or an encrypted one, is no damage. */
function verdictOf({ grade, checks }: Evidence): DataVerdict {
  if (grade === 'failed') return 'damaged';
  const read = checks.some(({ check, verdict }) => check === 'file-system' && verdict === 'passed');
  return grade !== 'warning' && read ? 'sound' : 'doubtful';
}

/** The worst first. */
function toldOf({ checks }: Evidence): Pick<DrillVerification, 'checks' | 'notes'> {
  const order = ['failed', 'warning', 'not-checked', 'passed'] as const;
  const sorted = order.flatMap((wanted) => checks.filter(({ verdict }) => verdict === wanted));
  const more = sorted.length - checksAtMost;
  return { checks: sorted.slice(0, checksAtMost), notes: more > 0 ? [`${more} more`] : [] };
}
