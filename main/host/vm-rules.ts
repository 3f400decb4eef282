/** What a VM, its guest and its disks must be like: parts three to five of the reference's list (8.4). */
import type { HostOptions } from './host-options.ts';
import type { Finding } from './host-rules.ts';
import type { HostAnswer, VmAnswer } from './operations/discover.ts';
import type { History } from './operations/history.ts';
import { guestAnswers, guestOsOf, pathFor, tracksChanges } from './vm-facts.ts';

export interface VmContext {
  readonly options: HostOptions;
  readonly host: HostAnswer;
  readonly history: History;
}

const freeMargin = 0.1;

export const vmRules: Readonly<Record<string, (vm: VmAnswer, context: VmContext) => Finding>> = {
  path: (vm, { options, host }) => {
    const path = pathFor(options.path, host, vm);
    if (path === null && options.path !== 'auto' && pathFor('auto', host, vm) !== null)
      return [
        'blocking',
        `The host was added with --path ${options.path}, which does not work for this VM (configuration version ${vm.version}).`,
        'Remove the host from Hostkeep and add it again with --path auto.',
        'host/path-unavailable',
      ];
    if (path === null)
      return [
        'blocking',
        `Neither way of backing up works (configuration version ${vm.version}).`,
        'Update the VM with Update-VMVersion (irreversible).',
        'host/path-unavailable',
      ];
    if (path === 'shadow' && !tracksChanges(vm.version))
      return [
        'warning',
        `Configuration version ${vm.version} has no change tracking.`,
        'Update the VM with Update-VMVersion (irreversible).',
      ];
    return ['ok', path === 'checkpoint' ? 'Checkpoint with change tracking.' : 'Host VSS.'];
  },
  state: (vm) => {
    if (vm.state.endsWith('Critical'))
      return [
        'blocking',
        `The VM is in state ${vm.state}.`,
        'Free space on the volume of its disks, or repair its storage.',
        'host/vm-critical',
      ];
    if (vm.status.length > 1) return ['warning', `The VM is busy (${vm.status[1]}).`, 'A backup begins once it is idle.'];
    return ['ok', `The VM is ${vm.state.toLowerCase()}.`];
  },
  'integration-services': (vm) => {
    if (vm.state !== 'Running') return null;
    if (guestAnswers(vm)) {
      const linux = guestOsOf(vm) === 'linux';
      return [
        'ok',
        linux
          ? 'The VSS daemon of the guest answers; consistency is that of its file systems.'
          : 'The backup service of the guest answers.',
      ];
    }
    const remedy =
      guestOsOf(vm) === 'linux'
        ? 'Install hyperv-daemons (linux-cloud-tools) in the guest and start hv_vss_daemon.'
        : 'Enable the Backup integration service of the VM; in the guest run: Restart-Service vmicvss';
    return ['warning', 'The backup service of the guest does not answer: only crash-consistent backups.', remedy];
  },
  'guest-system': (vm) =>
    vm.state === 'Running' && guestOsOf(vm) === 'unknown'
      ? ['warning', 'The guest does not tell its system.', 'Enable the Key-Value Pair Exchange integration service.']
      : null,
  'domain-controller': (vm) => {
    if (vm.guestProduct !== '2') return null;
    if (vm.state === 'Off' || guestAnswers(vm)) return ['ok', 'A domain controller, which is backed up application-consistent.'];
    return [
      'warning',
      'A domain controller that could be backed up crash-consistent only: it must not be restored from that.',
      'Enable the Backup integration service of the VM, or run its backups with --consistency require.',
    ];
  },
  heartbeat: (vm) =>
    vm.state === 'Running' && ['NoContact', 'Error', 'LostCommunication', '2', '3', '4'].includes(vm.heartbeat)
      ? [
          'warning',
          `The guest does not answer the host (heartbeat ${vm.heartbeat}).`,
          'Look whether the guest has started; restart vmicheartbeat in it.',
        ]
      : null,
  'left-over-disks': (vm) => {
    const over = vm.disks.filter((disk) => disk.type === 'Differencing' && /\.avhdx?$/i.test(disk.path));
    if (over.length === 0 || vm.checkpoints.length > 0 || vm.status.length > 1) return null;
    return [
      'warning',
      `${over.length} disks lie over others (.avhdx), and no checkpoint explains it.`,
      'Shut the VM down: that starts the merge. Never delete .avhdx files by hand.',
    ];
  },
  'disk-place': (vm) => {
    if (vm.disks.some((disk) => disk.path.startsWith('\\\\')))
      return [
        'warning',
        'A disk lies on an SMB share: host VSS does not cover it.',
        'Checkpoints with change tracking work; the host’s computer account needs full control of the share.',
      ];
    if (vm.disks.some((disk) => /^[a-z]:\\clusterstorage\\/i.test(disk.path)))
      return [
        'warning',
        'A disk lies on a cluster shared volume.',
        'Add every node as a host: the VM is backed up on the node that runs it.',
      ];
    return null;
  },
  'name-unique': (vm) =>
    vm.namesakes > 0
      ? ['warning', 'Another VM has the same name.', 'Hostkeep tells them apart by id; rename one to keep them apart yourself.']
      : null,
  checkpoints: (vm) => {
    const left = vm.checkpoints.filter((one) => one.type === 'Recovery').length;
    if (left > 0)
      return [
        'warning',
        `${left === 1 ? 'A recovery checkpoint of some backup exists' : `${left} recovery checkpoints of some backup exist`}.`,
        `If no backup runs, and it is none of Hostkeep's (those are listed as left over): Get-VM -Id ${vm.id} | Get-VMSnapshot -SnapshotType Recovery | Remove-VMSnapshot`,
      ];
    if (vm.checkpoints.length > 0)
      return ['warning', `The VM has ${vm.checkpoints.length} checkpoints of its own.`, 'Remove those that nobody needs.'];
    return ['ok', 'No checkpoint lies over the disks.'];
  },
  'disk-chain': (vm) => {
    const broken = vm.disks.find((disk) => disk.broken !== null);
    if (broken !== undefined)
      return [
        'blocking',
        `A disk cannot be opened: ${broken.path}`,
        'Check the chain with Get-VHD; never delete .avhdx files by hand.',
        'host/chain-broken',
      ];
    const longest = Math.max(0, ...vm.disks.map((disk) => disk.parents.length));
    return longest > 50 ? ['warning', `A chain of ${longest} disks.`, 'Remove checkpoints; the merge will take long.'] : null;
  },
  'disk-kind': (vm) => {
    const odd = vm.disks.filter((disk) => disk.passThrough || disk.shared).length;
    if (odd > 0)
      return ['warning', `${odd} pass-through or shared disks are not in the backup.`, 'Back them up inside the guest.'];
    const old = vm.disks.find((disk) => disk.format !== 'VHDX' && disk.broken === null);
    return old === undefined
      ? null
      : ['blocking', `Disk format ${old.format}: ${old.path}`, 'Convert it with Convert-VHD to VHDX.', 'host/disk-not-protected'];
  },
  'free-space': (vm, { host }) => {
    for (const disk of vm.disks) {
      const volume = host.volumes
        .filter((one) => disk.path.toLowerCase().startsWith(one.name.toLowerCase()))
        .sort((a, b) => b.name.length - a.name.length)[0];
      if (volume !== undefined && volume.freeBytes < volume.sizeBytes * freeMargin)
        return [
          'warning',
          `Less than a tenth of ${volume.name} is free.`,
          'A checkpoint grows while the backup runs: free some space.',
        ];
    }
    return null;
  },
  replication: (vm) =>
    vm.replication === 'Disabled' || vm.replication === 'Replicating'
      ? null
      : ['warning', `Replication is in state ${vm.replication}.`, 'Wait until it is over, or back up the primary.'],
  clustered: (vm) =>
    vm.clustered
      ? ['warning', 'The VM belongs to a cluster.', 'Add every node as a host: Hostkeep backs it up where it runs.']
      : null,
};
