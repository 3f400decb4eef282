import type { GuestCopier } from '#engine/ports';
import { reachablePath, type HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import { beginGuestFiles, copyToGuest } from './operations/guest-files.ts';
import { undoRestore } from './operations/restore.ts';
import { told } from './restore-parts.ts';

/** Copies files into guests of a Hyper-V host: by PowerShell Direct with the guest's credentials, else by its guest service. */
export function hyperVGuestCopier(options: HostOptions): GuestCopier {
  const { shell, ledger } = options;
  return {
    async begin({ run, vmId, folder, bytes, conflict }, report, signal) {
      const { user, password } = (await options.guestCredential?.(vmId)) ?? { user: '', password: '' };
      const of = { run, ledger, user, password, folder };
      const undo = async (reason: string): Promise<void> => {
        report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'started', detail: reason });
        await told(report, 'undo', () => callHost(shell, undoRestore, { run, ledger }));
        report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'done' });
      };
      const place = await told(report, 'place', () =>
        callHost(shell, beginGuestFiles, { ...of, vmId, bytes }, { report, signal }),
      );
      try {
        await options.shares?.reach([place.folder]);
      } catch (error) {
        await undo('its folder cannot be reached from here');
        throw error;
      }
      return {
        way: place.way,
        staging: reachablePath(options.address, place.folder),
        async complete() {
          const wanted = { ...of, conflict, way: place.way };
          const done = await told(report, 'copy-to-guest', () => callHost(shell, copyToGuest, wanted, { report, signal }));
          return { ...done, way: place.way };
        },
        abort: undo,
      };
    },
  };
}
