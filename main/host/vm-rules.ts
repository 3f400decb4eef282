/** What a VM, its guest and its disks must be like: parts three to five of the reference's list (8.4). */
import { checkSays } from '#contract';
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
    const { version } = vm;
    if (path === null && options.path !== 'auto' && pathFor('auto', host, vm) !== null)
      return ['blocking', checkSays('path-asked', { path: options.path, version }), 'host/path-unavailable'];
    if (path === null) return ['blocking', checkSays('path-none', { version }), 'host/path-unavailable'];
    if (path === 'shadow' && !tracksChanges(version)) return ['warning', checkSays('path-untracked', { version })];
    return ['ok', checkSays(path === 'checkpoint' ? 'path-checkpoint' : 'path-shadow')];
  },
  state: (vm) => {
    if (vm.state.endsWith('Critical')) return ['blocking', checkSays('state-critical', { state: vm.state }), 'host/vm-critical'];
    if (vm.status.length > 1) return ['warning', checkSays('state-busy', { status: vm.status[1]! })];
    return ['ok', checkSays('state-ok', { state: vm.state.toLowerCase() })];
  },
  'integration-services': (vm) => {
    if (vm.state !== 'Running') return null;
    const linux = guestOsOf(vm) === 'linux';
    if (guestAnswers(vm)) return ['ok', checkSays(linux ? 'integration-linux' : 'integration-windows')];
    return ['warning', checkSays(linux ? 'integration-linux-silent' : 'integration-silent')];
  },
  'guest-system': (vm) =>
    vm.state === 'Running' && guestOsOf(vm) === 'unknown' ? ['warning', checkSays('guest-unknown')] : null,
  'domain-controller': (vm) => {
    if (vm.guestProduct !== '2') return null;
    return vm.state === 'Off' || guestAnswers(vm) ? ['ok', checkSays('directory-ok')] : ['warning', checkSays('directory-crash')];
  },
  heartbeat: (vm) =>
    vm.state === 'Running' && ['NoContact', 'Error', 'LostCommunication', '2', '3', '4'].includes(vm.heartbeat)
      ? ['warning', checkSays('heartbeat-silent', { heartbeat: vm.heartbeat })]
      : null,
  'left-over-disks': (vm) => {
    const over = vm.disks.filter((disk) => disk.type === 'Differencing' && /\.avhdx?$/i.test(disk.path));
    if (over.length === 0 || vm.checkpoints.length > 0 || vm.status.length > 1) return null;
    return ['warning', checkSays('disks-left-over', { count: over.length })];
  },
  'disk-place': (vm) => {
    if (vm.disks.some((disk) => disk.path.startsWith('\\\\'))) return ['warning', checkSays('disk-on-share')];
    return vm.disks.some((disk) => /^[a-z]:\\clusterstorage\\/i.test(disk.path))
      ? ['warning', checkSays('disk-on-cluster-volume')]
      : null;
  },
  'name-unique': (vm) => (vm.namesakes > 0 ? ['warning', checkSays('name-taken')] : null),
  checkpoints: (vm) => {
    const count = vm.checkpoints.filter((one) => one.type === 'Recovery').length;
    if (count === 1) return ['warning', checkSays('recovery-checkpoint', { vm: vm.id })];
    if (count > 1) return ['warning', checkSays('recovery-checkpoints', { count, vm: vm.id })];
    return vm.checkpoints.length > 0
      ? ['warning', checkSays('checkpoints-own', { count: vm.checkpoints.length })]
      : ['ok', checkSays('checkpoints-none')];
  },
  'disk-chain': (vm) => {
    const broken = vm.disks.find((disk) => disk.broken !== null);
    if (broken !== undefined) return ['blocking', checkSays('disk-broken', { path: broken.path }), 'host/chain-broken'];
    const longest = Math.max(0, ...vm.disks.map((disk) => disk.parents.length));
    return longest > 50 ? ['warning', checkSays('chain-long', { count: longest })] : null;
  },
  'disk-kind': (vm) => {
    const count = vm.disks.filter((disk) => disk.passThrough || disk.shared).length;
    if (count > 0) return ['warning', checkSays('disks-not-covered', { count })];
    const old = vm.disks.find((disk) => disk.format !== 'VHDX' && disk.broken === null);
    if (old === undefined) return null;
    return ['blocking', checkSays('disk-format', { format: old.format, path: old.path }), 'host/disk-not-protected'];
  },
  'free-space': (vm, { host }) => {
    for (const disk of vm.disks) {
      const volume = host.volumes
        .filter((one) => disk.path.toLowerCase().startsWith(one.name.toLowerCase()))
        .sort((a, b) => b.name.length - a.name.length)[0];
      if (volume !== undefined && volume.freeBytes < volume.sizeBytes * freeMargin)
        return ['warning', checkSays('space-low', { volume: volume.name })];
    }
    return null;
  },
  replication: (vm) =>
    vm.replication === 'Disabled' || vm.replication === 'Replicating'
      ? null
      : ['warning', checkSays('replication-state', { state: vm.replication })],
  clustered: (vm) => (vm.clustered ? ['warning', checkSays('clustered')] : null),
};
