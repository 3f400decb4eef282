import { writeFile } from 'node:fs/promises';
import { basename, win32, posix } from 'node:path';
import { HostkeepError, type StepReport } from '#contract';
import type { RestoreSession, VmRestorer, VmRestoreRequest } from '#engine/ports';
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
  type Place,
} from './operations/restore.ts';
import { hresultOf } from './session.ts';

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

async function told<Result>(
  report: (step: StepReport) => void,
  step: StepReport['step'],
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    report({ step, side: 'host', actor: 'Hyper-V', state: 'failed', detail, ...hresultOf(error) });
    throw error;
  }
}

const target = ({ address }: HostOptions, index: number, hostPath: string): RestoreSession['targets'][number] => ({
  index,
  path: reachablePath(address, hostPath),
  hostPath,
});

/** Host paths are Windows ones, except on a host that is simulated on this machine. */
const joined = (folder: string, file: string): string => (folder.startsWith('/') ? posix : win32).join(folder, file);

/** A folder or file name that Windows takes, and no path. */
function folderName(name: string): string {
  const plain = [...name].map((letter) => (letter < ' ' || '<>:"/\\|?*'.includes(letter) ? '_' : letter)).join('');
  const trimmed = plain.slice(0, 120).replace(/[. ]+$/, '');
  return trimmed === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Disk files named as they were; checkpoint suffixes and doubles are made plain. */
function diskFiles(disks: VmRestoreRequest['disks']): readonly string[] {
  const taken = new Set<string>();
  return disks.map(({ index, label }) => {
    const plain = folderName(
      basename(win32.basename(label))
        .replace(/\.a?vhdx?$/i, '')
        .replace(/_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, ''),
    );
    const name = taken.has(plain.toLowerCase()) ? `${plain}-${index}` : plain;
    taken.add(name.toLowerCase());
    return `${name}.vhdx`;
  });
}

/** Puts Hyper-V's own files where the import finds them; null where the VM is to be made anew. */
async function writeDefinition(options: HostOptions, request: VmRestoreRequest, place: Place): Promise<string | null> {
  const own = request.definition.filter((file) => /^[0-9a-f-]{36}\.(vmcx|vmgs|vmrs|xml)$/i.test(file.name));
  const main = own.find((file) => /\.(vmcx|xml)$/i.test(file.name));
  if (request.rebuild || main === undefined) return null;
  for (const file of own) {
    const path = reachablePath(options.address, joined(place.definition, file.name));
    try {
      await writeFile(path, Buffer.from(file.contentBase64, 'base64'), { flag: 'wx' });
    } catch (cause) {
      const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
      throw new HostkeepError(gone ? 'host/restore-gone' : 'recovery/target-failed', { path }, cause);
    }
  }
  return joined(place.definition, main.name);
}
