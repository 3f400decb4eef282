import { HostkeepError, type DefinitionFile } from '#contract';
import type { DiskSlot, VmNoted } from './operations/restore.ts';
import { fieldsOf, listOf, numberOf, textOf, type Fields } from './values.ts';

/** The name of the file of facts in a restore point of a Hyper-V host. */
export const factsName = 'hostkeep-vm.json';
const sizeLimit = 1024 * 1024;
const diskLimit = 256;

export interface DefinitionFacts {
  readonly noted: VmNoted;
  readonly linux: boolean;
  /** Where the disk sat: found by its file's name, else by its place in the list. */
  slot(at: number, label: string): DiskSlot;
}

/** What the backup noted of a VM. It comes from a repository, so nothing of it is believed unchecked. @throws host/definition-missing */
export function definitionFacts(definition: readonly DefinitionFile[]): DefinitionFacts {
  const from = readFacts(definition);
  const disks = listOf(from['disks'], 'disks')
    .slice(0, diskLimit)
    .map((one) => slotOf(fieldsOf(one, 'disk')));
  const generation = from['generation'] === 1 ? 1 : 2;
  return {
    linux: from['guestOs'] === 'linux',
    noted: {
      generation,
      memoryBytes: Math.max(32 * 1024 * 1024, numberOf(from['memoryBytes'], 'memoryBytes')),
      processors: Math.max(1, numberOf(from['processors'], 'processors')),
      networks: listOf(from['networks'], 'networks').map((one) => {
        const network = fieldsOf(one, 'network');
        return { name: textOf(network['name'], 'name'), switch: textOf(network['switch'], 'switch') };
      }),
    },
    slot(at, label) {
      const found = disks.find((disk) => disk.file !== '' && disk.file === label) ?? disks[at];
      if (found === undefined) return { controller: generation === 1 ? 'IDE' : 'SCSI', number: 0, location: at };
      return { controller: found.controller, number: found.number, location: found.location };
    },
  };
}

function readFacts(definition: readonly DefinitionFile[]): Fields {
  const file = definition.find((one) => one.name === factsName);
  if (file === undefined || file.contentBase64.length > sizeLimit)
    throw new HostkeepError('host/definition-missing', { file: factsName });
  try {
    return fieldsOf(JSON.parse(Buffer.from(file.contentBase64, 'base64').toString('utf8')), factsName);
  } catch (cause) {
    throw new HostkeepError('host/definition-missing', { file: factsName }, cause);
  }
}

function slotOf(disk: Fields): DiskSlot & { readonly file: string } {
  const controller = disk['controller'] === 'IDE' ? 'IDE' : 'SCSI';
  const [number, location] = [numberOf(disk['number'], 'number'), numberOf(disk['location'], 'location')];
  return { controller, number, location, file: textOf(disk['file'], 'file') };
}
