import { HostkeepError, type StepReport } from '#contract';
import type { FinaliseSession, Heartbeat, RecoveryRequest, ServedDisks, VmLook, VmRecoverer, VmState } from '#engine/ports';
import { definitionFacts, type DefinitionFacts } from './definition-facts.ts';
import { reachablePath, type HostOptions } from './host-options.ts';
import { callHost } from './operation.ts';
import {
  beginFinalise,
  beginRecovery,
  completeFinalise,
  connectTarget,
  defineRecovery,
  discardRecovery,
  lookAtRecovery,
  queryRecoveries,
  stopRecovered,
  undoFinalise,
} from './operations/recovery.ts';
import { diskFiles, folderName, told, writeDefinition } from './restore-parts.ts';
import { stateOf } from './vm-facts.ts';

/** Of a picture of the screen: enough to read what a boot stands at. */
const picture = { width: 640, height: 480 } as const;
/** How long disks may take to appear after the login, and a guest to shut down. */
const diskSeconds = 60;
const shutdownSeconds = 900;

type Report = (step: StepReport) => void;

/** Runs VMs of a Hyper-V host from disks that are served over iSCSI. */
export function hyperVRecoverer(options: HostOptions): VmRecoverer {
  const { shell, ledger } = options;
  return {
    async begin(request, report, signal) {
      const { run, name } = request;
      // What the point lacks is to be known before anything is begun.
      const facts = definitionFacts(request.definition);
      await options.shares?.reach([request.folder]);
      const wanted = { run, ledger, name, parent: request.folder, folder: folderName(name) };
      const place = await told(report, 'place', () => callHost(shell, beginRecovery, wanted, { report, signal })).catch(
        async (error: unknown) => {
          await callHost(shell, discardRecovery, { run, by: run, ledger });
          throw error;
        },
      );
      return {
        initiator: place.initiator,
        run: (disks) => runOn(options, { request, facts, definition: place.definition, report, signal }, disks),
        async abort(reason) {
          report({ step: 'discard', side: 'host', actor: 'Hyper-V', state: 'started', detail: reason });
          await told(report, 'discard', () => callHost(shell, discardRecovery, { run, by: run, ledger }, { report }));
        },
      };
    },
    list: async () =>
      (await callHost(shell, queryRecoveries, { ledger })).map((one) => ({ ...one, vmId: one.vmId === '' ? null : one.vmId })),
    async look(run, wanted) {
      const { width, height } = picture;
      const seen = await callHost(shell, lookAtRecovery, { run, ledger, picture: wanted, width, height });
      return lookOf(seen.state, seen.heartbeat, seen.uptimeMs, seen.image);
    },
    async beginFinalise(request, report) {
      const { run, by } = request;
      const names = diskFiles(request.disks);
      const disks = request.disks.map(({ index }, at) => ({ index, name: names[at]! }));
      const bytes = request.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
      const { files } = await told(report, 'place', () =>
        callHost(shell, beginFinalise, { run, by, ledger, bytes, disks }, { report }),
      );
      const session = finaliseSession(options, run, files, report);
      try {
        await options.shares?.reach(files.map((file) => file.path));
        return session;
      } catch (error) {
        await session.abort('its files cannot be reached from here');
        throw error;
      }
    },
    discard: ({ run, by }, report) =>
      told(report, 'discard', () => callHost(shell, discardRecovery, { run, by, ledger }, { report })),
  };
}

interface Beginning {
  readonly request: RecoveryRequest;
  readonly facts: DefinitionFacts;
  /** Folder on the host for the files of the definition. */
  readonly definition: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

async function runOn(
  options: HostOptions,
  { request, facts, definition, report, signal }: Beginning,
  { units, address, port, iqn, chap }: ServedDisks,
): Promise<{ readonly vmId: string; readonly name: string; readonly warnings: readonly string[] }> {
  const { shell, ledger } = options;
  const { run, name, start } = request;
  const placed = request.disks.map(({ index, label }, at) => {
    const unit = units.find((one) => one.disk === index);
    if (unit === undefined) throw new HostkeepError('input/invalid', { disk: index, why: 'it is not served' });
    return { disk: index, serial: unit.serial, ...facts.slot(at, label) };
  });
  const target = { run, ledger, address, port, iqn, chap, units: placed, seconds: diskSeconds };
  await told(report, 'connect-target', () => callHost(shell, connectTarget, target, { report, signal }));
  const file = await writeDefinition(options, request, { definition });
  const { linux, noted } = facts;
  const wanted = { run, ledger, definition: file, name, switch: request.network, start, linux, facts: noted };
  const made = await told(report, 'define-vm', () => callHost(shell, defineRecovery, wanted, { report, signal }));
  const warnings = file === null ? ['the VM was made anew from the noted facts'] : [];
  return { vmId: made.vmId, name: made.name, warnings };
}

function finaliseSession(
  options: HostOptions,
  run: string,
  files: readonly { readonly index: number; readonly path: string }[],
  report: Report,
): FinaliseSession {
  const { shell, ledger, address } = options;
  return {
    targets: files.map(({ index, path }) => ({ index, path: reachablePath(address, path), hostPath: path })),
    async stop(turnOff) {
      const wanted = { run, ledger, turnOff, seconds: shutdownSeconds };
      await told(report, 'stop-vm', () => callHost(shell, stopRecovered, wanted, { report }));
    },
    complete: () => told(report, 'switch-disks', () => callHost(shell, completeFinalise, { run, ledger }, { report })),
    async abort(reason) {
      report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'started', detail: reason });
      await told(report, 'undo', () => callHost(shell, undoFinalise, { run, ledger }, { report }));
      report({ step: 'undo', side: 'host', actor: 'Hyper-V', state: 'done' });
    },
  };
}

function lookOf(name: string, beat: string, uptimeMs: number, image: string | null): VmLook {
  const state = stateOf(name);
  const { width, height } = picture;
  const rgb565 = image === null ? null : Buffer.from(image, 'base64');
  const shown = rgb565 === null || rgb565.length !== width * height * 2 ? null : { width, height, rgb565 };
  return { state, heartbeat: heartbeatOf(state, beat), uptimeMs, picture: shown };
}

/** By the names of the enum (reference, 1.2), which are the same in every language. */
function heartbeatOf(state: VmState, name: string): Heartbeat {
  if (state === 'off') return 'off';
  if (name.startsWith('Ok')) return 'ok';
  return name === 'LostCommunication' || name === 'Error' ? 'lost' : 'none';
}
