/** What the shares of a host mean for its VMs: a check before, and no guest left frozen whose disks cannot be read. */
import { asHostkeepError, checkSays, toErrorData, toldCheck, type HostkeepError } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import { shareOf, type HostOptions } from './host-options.ts';
import type { VmAnswer } from './operations/discover.ts';

interface DiskFiles {
  readonly path: string;
  readonly parents: readonly string[];
  readonly passThrough?: boolean;
}

export const filesOf = (disks: readonly DiskFiles[]): readonly string[] =>
  disks.filter((disk) => disk.passThrough !== true).flatMap((disk) => [disk.path, ...disk.parents]);

/** One try a share, however many VMs have disks there: a host that does not answer takes its time to do so. */
export function shareChecks({ address, shares }: HostOptions): (vm: VmAnswer) => Promise<readonly PreflightCheck[]> {
  const tried = new Map<string, HostkeepError | null>();
  const refusalOf = async (path: string): Promise<HostkeepError | null> => {
    const share = shareOf(address ?? '', path) ?? path;
    if (!tried.has(share))
      tried.set(
        share,
        await shares!.reach([path]).then(
          () => null,
          (error: unknown) => asHostkeepError(error),
        ),
      );
    return tried.get(share)!;
  };
  return async ({ name, disks }) => {
    if (shares === undefined) return [];
    const check = { id: 'share-access', vm: name } as const;
    for (const path of filesOf(disks)) {
      const refusal = await refusalOf(path);
      if (refusal === null) continue;
      const { code, message, remedy } = refusal;
      const error = toErrorData(refusal);
      return [{ ...check, verdict: 'blocking', says: message, remedy, sentence: null, error, code }];
    }
    return [{ ...check, verdict: 'ok', ...toldCheck(checkSays('share-ok')), error: null }];
  };
}
