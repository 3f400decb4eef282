import { writeFile } from 'node:fs/promises';
import { basename, posix, win32 } from 'node:path';
import { HostkeepError, type DefinitionFile, type StepReport } from '#contract';
import type { VmRestoreRequest } from '#engine/ports';
import { reachablePath, type HostOptions } from './host-options.ts';
import { hresultOf } from './session.ts';

/** What a VM is brought back from: names of its files on the host, its definition, and steps that tell of failures. */
export async function told<Result>(
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

/** Host paths are Windows ones, except on a host that is simulated on this machine. */
export const joined = (folder: string, file: string): string => (folder.startsWith('/') ? posix : win32).join(folder, file);

/** A folder or file name that Windows takes, and no path. */
export function folderName(name: string): string {
  const plain = [...name].map((letter) => (letter < ' ' || '<>:"/\\|?*'.includes(letter) ? '_' : letter)).join('');
  const trimmed = plain.slice(0, 120).replace(/[. ]+$/, '');
  return trimmed === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Disk files named as they were; checkpoint suffixes and doubles are made plain. */
export function diskFiles(disks: VmRestoreRequest['disks']): readonly string[] {
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
export async function writeDefinition(
  options: HostOptions,
  request: { readonly definition: readonly DefinitionFile[]; readonly rebuild: boolean },
  place: { readonly definition: string },
): Promise<string | null> {
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
