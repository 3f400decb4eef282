import type { DefinitionFile } from '#contract';
import type { LabVm } from './vms.ts';

/** What Hyper-V keeps in a VM's configuration files, as far as the lab has it. */
export function definitionOf(vm: LabVm): readonly DefinitionFile[] {
  const definition = {
    name: vm.name,
    id: vm.id,
    generation: 2,
    version: '9.0',
    memoryMegabytes: vm.memoryMegabytes,
    processors: 2,
    disks: vm.disks.map((disk, index) => ({ controller: 'SCSI', location: index, file: `${disk.asset}.vhdx` })),
    networks: [{ switch: 'LAN', connected: true }],
  };
  return [{ name: `${vm.name}.json`, contentBase64: Buffer.from(`${JSON.stringify(definition, null, 2)}\n`).toString('base64') }];
}
