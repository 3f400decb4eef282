/**
 * The administrative shares of a host, over which a workstation reads disks and writes restores. PowerShell Remoting and file access
 * are two doors with two locks: the one may be open and the other not, which is to be known before a guest is frozen.
 */
import { HostkeepError } from '#contract';
import { shareOf } from './host-options.ts';
import { callHost } from './operation.ts';
import { leaveShare, reachShare } from './operations/shares.ts';
import type { Connection, PowerShell } from './powershell.ts';

export interface AdminShares {
  /**
   * Makes sure that the files of the host at these paths can be opened from here; a share that was reached is not asked again.
   * @throws HostkeepError host/share-*
   */
  reach(paths: readonly string[]): Promise<void>;
  /** Ends the connections that were made. */
  close(): Promise<void>;
}

export function adminShares({ address, credential }: Connection, startLocal: () => PowerShell): AdminShares {
  let shell: PowerShell | undefined;
  const reached = new Map<string, { readonly made: boolean }>();
  return {
    async reach(paths) {
      const shares = new Set(paths.map((path) => shareOf(address, path)).filter((share) => share !== null));
      for (const share of shares) {
        if (reached.has(share)) continue;
        shell ??= startLocal();
        // A disk may lie on a third computer's share: what the host's account is there nobody knows, so it is met as oneself.
        const own = share.toLowerCase().startsWith(`\\\\${address}\\`.toLowerCase());
        const { user, password } = (own ? credential : null) ?? { user: null, password: null };
        reached.set(share, await callHost(shell, reachShare, { share, user, password }));
      }
    },
    async close() {
      if (shell === undefined) return;
      try {
        for (const [share, { made }] of reached) if (made) await callHost(shell, leaveShare, { share });
      } catch (error) {
        // The logon's end ends them too: nothing of the host depends on it.
        if (!(error instanceof HostkeepError)) throw error;
      } finally {
        await shell.close();
      }
    },
  };
}
