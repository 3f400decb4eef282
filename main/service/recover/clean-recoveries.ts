import { asHostkeepError, type RunId, type StepReport } from '#contract';
import type { DiskPublisher } from '#engine/recovery';
import type { Home } from '../home.ts';
import type { OpenHost } from '../hosts.ts';
import { listRecoveries, publicationOfRecovery, releaseRecovery, removeRecovery } from '../state/recoveries.ts';
import { discardPublisher, stopPublisher } from './process-publisher.ts';

/**
 * What commands on recoveries left that died: a start or a discard is undone on the host, a finalise is taken back or brought to its end, and
 * publications that no VM uses any more go. What cannot be cleaned now is told, and stays for the next time. `mine`: the recovery that is about to be
 * acted on.
 */
export async function cleanRecoveries(
  { home, host, run: by }: { readonly home: Home; readonly host: OpenHost; readonly run: RunId },
  report: (step: StepReport) => void,
  mine?: { readonly recovery: RunId; readonly publisher: Pick<DiskPublisher, 'resume'> },
): Promise<void> {
  const tell = (state: StepReport['state'], detail: string): void => report({ step: 'recover', side: 'host', state, detail });
  const rows = new Map(listRecoveries(home.state).map((row) => [row.id, row]));
  for (const item of await host.hypervisor.listResidue()) {
    if (item.kind !== 'recovery' || !home.journal.isOver(item.run)) continue;
    try {
      const row = rows.get(item.id);
      // A VM that is to run on needs its disks first; those of others are not ours to serve.
      if (row?.publicationState !== 'serving' && row?.id === mine?.recovery) await mine?.publisher.resume();
      await host.hypervisor.cleanResidue(item);
      tell('done', `recovery of ${item.vm} that run ${item.run} left`);
    } catch (error) {
      tell('warning', asHostkeepError(error).message);
    }
  }
  for (const row of rows.values()) {
    if (!row.definition.drill || row.host !== host.record.name || home.journal.isAlive(row.id)) continue;
    try {
      await host.recoverer.discard({ run: row.id, by }, report);
      tell('done', `drill of ${row.vm} that run ${row.id} left`);
    } catch (error) {
      tell('warning', asHostkeepError(error).message);
    }
  }
  const alive = new Map((await host.recoverer.list()).map(({ run, phase }) => [run, phase]));
  for (const row of rows.values()) {
    const over = row.state === 'interrupted' || (row.definition.drill && !home.journal.isAlive(row.id));
    if (row.host !== host.record.name || !over) continue;
    const phase = alive.get(row.id);
    if (phase === 'running') releaseRecovery(home.state, row.id);
    if (phase === undefined) {
      await stopPublisher(home, publicationOfRecovery(row.id));
      await discardPublisher(home, row.id);
      removeRecovery(home.state, row.id);
    }
  }
}
