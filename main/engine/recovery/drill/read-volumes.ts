import { asHostkeepError, hasCode, type RestorePoint, type StepReport } from '#contract';
import type { Repository } from '#engine/repository';
import { openGuest } from '../open-guest.ts';
import type { DataVerdict } from './judge-drill.ts';

export interface DataSeen {
  readonly verdict: DataVerdict;
  readonly notes: readonly string[];
}

/** Opens every volume of the restore point and lists its root: what a boot depends on beyond the blocks. */
export async function readVolumes(
  of: { readonly repository: Repository; readonly point: RestorePoint },
  report: (step: StepReport) => void,
): Promise<DataSeen> {
  const { repository, point } = of;
  const volumes = openGuest(repository, point);
  const notes: string[] = [];
  let [read, damaged] = [0, 0];
  for (const { place, path, kind } of await volumes.all()) {
    try {
      const system = await volumes.fileSystem(place);
      const { length } = await system.list(await system.root());
      read += 1;
      notes.push(`${path}: ${kind}, ${length} entries at its root`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { code, message } = asHostkeepError(error);
      // What nobody here can read is no damage: a swap volume, an encrypted one.
      const unreadable = hasCode(
        error,
        'format/file-system-unknown',
        'format/file-system-unsupported',
        'format/volume-encrypted',
      );
      if (!unreadable && !code.startsWith('format/') && !code.startsWith('repository/')) throw error;
      if (!unreadable) damaged += 1;
      notes.push(`${path}: ${kind}, ${message}`);
    }
  }
  const verdict: DataVerdict = damaged > 0 ? 'damaged' : read > 0 ? 'sound' : 'doubtful';
  const state = verdict === 'sound' ? 'done' : verdict === 'damaged' ? 'failed' : 'warning';
  report({ step: 'verify', side: 'console', actor: 'file systems', state, detail: `${read} volumes read, ${damaged} damaged` });
  return { verdict, notes };
}
