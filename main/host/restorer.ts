import type { StepReport } from '#contract';
import type { RestoreSession, VmRestorer } from '#engine/ports';
import { definitionFacts } from './definition-facts.ts';
import { reachablePath, type HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import {
  beginDiskReplace,
  beginRestore,
  completeDiskReplace,
  completeRestore,
  undoRestore,
  type CompleteWanted,
} from './operations/restore.ts';
import { diskFiles, folderName, joined, told, writeDefinition } from './restore-parts.ts';

/** Brings VMs and disks back onto a Hyper-V host. */
export function hyperVRestorer(options: HostOptions): VmRestorer {
  const { shell, ledger } = options;
  return {
    async beginVm(request, report, signal) {
      const { run, vmId, name, newIdentity, replaceExisting } = request;
      await options.shares?.reach([request.folder]);
      const facts = definitionFacts(request.definition);
      const bytes = request.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
      const wanted = {
        run,
        ledger,
        vmId,
        name,
        parent: request.folder,
        folder: folderName(name),
        newIdentity,
        replaceExisting,
        bytes,
      };
      const place = await told(report, 'place', () => callHost(shell, beginRestore, wanted, { report, signal }));
      const files = diskFiles(request.disks).map((file, at) => ({
        ...facts.slot(at, request.disks[at]!.label),
        path: joined(place.disks, file),
      }));
      return {
        targets: request.disks.map(({ index }, at) => target(options, index, files[at]!.path)),
        async complete() {
          const definition = await writeDefinition(options, request, place);
          const { disconnectNetwork: disconnect, start } = request;
          const more = { definition, name, newIdentity, disconnect, start, linux: facts.linux, facts: facts.noted };
          const complete: CompleteWanted = { run, ledger, disks: files, ...more };
          const done = await told(report, 'define-vm', () => callHost(shell, completeRestore, complete, { report }));
          return {
            vmId: done.vmId,
            name: done.name,
            files: files.map((file) => file.path),
            warnings: [
              ...(definition === null && !newIdentity
                ? ['the VM was made anew from the noted facts: its identity is a new one']
                : []),
              ...done.lostSwitches.map((one) => `the host has no switch "${one}": that adapter is not connected`),
              ...done.keptDisks.map((one) => `the replaced VM's disk was kept: ${one}`),
            ],
          };
        },
        abort: (reason) => undo(options, run, report, reason),
      };
    },
    async beginDisk(request, report, signal) {
      const { run, vmId, disk, sizeBytes } = request;
      const wanted = { run, ledger, vmId, disk, bytes: sizeBytes };
      const { file } = await told(report, 'place', () => callHost(shell, beginDiskReplace, wanted, { report, signal }));
      try {
        await options.shares?.reach([file]);
      } catch (error) {
        await undo(options, run, report, 'its file cannot be reached from here');
        throw error;
      }
      return {
        targets: [target(options, disk, file)],
        async complete() {
          const done = await told(report, 'attach-disks', () =>
            callHost(shell, completeDiskReplace, { run, ledger }, { report }),
          );
          return { vmId, name: done.name, files: [file], warnings: [`the replaced disk was kept: ${done.old}`] };
        },
        abort: (reason) => undo(options, run, report, reason),
      };
    },
  };
}

async function undo(options: HostOptions, run: string, report: (step: StepReport) => void, reason: string): Promise<void> {
  report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'started', detail: reason });
  await told(report, 'undo', () => callHost(options.shell, undoRestore, { run, ledger: options.ledger }));
  report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'done' });
}

const target = ({ address }: HostOptions, index: number, hostPath: string): RestoreSession['targets'][number] => ({
  index,
  path: reachablePath(address, hostPath),
  hostPath,
});
