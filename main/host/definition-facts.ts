import { object, optional, pipe, transform, unknown } from 'valibot';
import { acceptJson, count, HostkeepError, type DefinitionFile, type Schema } from '#contract';
import { list, text } from './answer.ts';
import type { DiskSlot, VmNoted } from './operations/restore.ts';

/** The name of the file of facts in a restore point of a Hyper-V host. */
export const factsName = 'hostkeep-vm.json';
const sizeLimit = 1024 * 1024;
const diskLimit = 256;
const leastMemory = 32 * 1024 * 1024;

export interface DefinitionFacts {
  readonly noted: VmNoted;
  readonly linux: boolean;
  /** Where the disk sat: found by its file's name, else by its place in the list. */
  slot(at: number, label: string): DiskSlot;
}

type NotedDisk = DiskSlot & { readonly file: string };

const factsSchema: Schema<
  Omit<VmNoted, 'generation'> & {
    readonly generation?: unknown;
    readonly guestOs: string;
    readonly disks: readonly NotedDisk[];
  }
> = object({
  generation: optional(unknown()),
  guestOs: text,
  memoryBytes: count,
  processors: count,
  networks: list(object({ name: text, switch: text })),
  disks: pipe(
    list(object({ controller: text, number: count, location: count, file: text })),
    transform((disks) => disks.slice(0, diskLimit)),
  ),
});

/** What the backup noted of a VM. It comes from a repository, so nothing of it is believed unchecked. @throws host/definition-missing */
export function definitionFacts(definition: readonly DefinitionFile[]): DefinitionFacts {
  const missing = { code: 'host/definition-missing', details: { file: factsName } } as const;
  const file = definition.find((one) => one.name === factsName);
  if (file === undefined || file.contentBase64.length > sizeLimit) throw new HostkeepError(missing.code, missing.details);
  const noted = acceptJson(factsSchema, Buffer.from(file.contentBase64, 'base64').toString('utf8'), missing);
  const generation = noted.generation === 1 ? 1 : 2;
  return {
    linux: noted.guestOs === 'linux',
    noted: {
      generation,
      memoryBytes: Math.max(leastMemory, noted.memoryBytes),
      processors: Math.max(1, noted.processors),
      networks: noted.networks,
    },
    slot(at, label) {
      const found = noted.disks.find((disk) => disk.file !== '' && disk.file === label) ?? noted.disks[at];
      if (found === undefined) return { controller: generation === 1 ? 'IDE' : 'SCSI', number: 0, location: at };
      const { controller, number, location } = found;
      return { controller: controller === 'IDE' ? 'IDE' : 'SCSI', number, location };
    },
  };
}
