import { asHostkeepError, HostkeepError, type StepReport } from '#contract';
import type { RecoverySession, ServedDisks } from '#engine/ports';
import type { RecoveryContext } from './publisher.ts';

export interface RecoveryWanted {
  readonly name: string;
  /** On the host. */
  readonly folder: string;
  /** Null: disconnected. */
  readonly network: string | null;
  readonly rebuild: boolean;
  readonly start: boolean;
}

export interface RecoveryStarted {
  readonly vmId: string;
  readonly name: string;
  readonly warnings: readonly string[];
  readonly served: ServedDisks;
  /** From the beginning to served disks, and to a VM that was started. */
  readonly servedAfterMs: number;
  readonly startedAfterMs: number;
}

/**
 * Publishes the disks of a restore point and starts a VM on them. When it throws, nothing of it is left, or it is listed as residue.
 * @throws HostkeepError host/*, publish/*, overlay/*, input/cancelled
 */
export async function startRecovery(context: RecoveryContext, wanted: RecoveryWanted): Promise<RecoveryStarted> {
  const { clock, point, publisher, recoverer, report, run, signal } = context;
  const from = clock.now();
  const disks = point.disks.map(({ index, label, sizeBytes }) => ({ index, label, sizeBytes }));
  const session = await recoverer.begin({ ...wanted, run, definition: point.definition, disks }, report, signal);
  try {
    const served = await serve(context, session.initiator);
    const servedAfterMs = clock.now() - from;
    refuseCancelled(signal);
    const made = await session.run(served);
    refuseCancelled(signal);
    return { ...made, served, servedAfterMs, startedAfterMs: clock.now() - from };
  } catch (error) {
    await takeBack(context, session, asHostkeepError(error).message);
    await publisher.stop();
    await publisher.discard();
    throw error;
  }
}

async function serve({ publisher, report }: RecoveryContext, initiator: string): Promise<ServedDisks> {
  const said = { step: 'serve-disks', side: 'console', actor: 'publisher' } as const;
  report({ ...said, state: 'started', detail: `for ${initiator}` });
  try {
    const served = await publisher.serve(initiator);
    report({ ...said, state: 'done', detail: `${served.address}:${served.port}, ${served.iqn}` });
    return served;
  } catch (error) {
    report({ ...said, state: 'failed', detail: asHostkeepError(error).message });
    throw error;
  }
}

/** What cannot be taken back now is residue, cleaned later; the first failure is what counts. */
async function takeBack(
  { report }: { report: (step: StepReport) => void },
  session: RecoverySession,
  reason: string,
): Promise<void> {
  try {
    await session.abort(reason);
  } catch (error) {
    report({ step: 'discard', side: 'host', state: 'failed', detail: asHostkeepError(error).message });
  }
}

export function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new HostkeepError('input/cancelled');
}
