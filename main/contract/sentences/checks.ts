import { array, exactOptional, number, object, pipe, record, string, transform, union } from 'valibot';
import type { Schema } from '../accept.ts';
import { fillIn, type Sentence } from './sentence.ts';

/** What checks of hosts, VMs, guests and targets find: what is so, and what to do about it; `{{parts}}` is a list of sentences of their own. */
export const checkSentences = {
  'elevation-ok': ['The account has administrator rights on the host.', ''],
  'elevation-lacks': ['The account has no administrator rights on the host.', 'Start Hostkeep with "Run as administrator".'],
  'module-ok': ['The Hyper-V module is there.', ''],
  'module-missing': ['The Hyper-V PowerShell module is missing.', 'On a server run: Install-WindowsFeature Hyper-V-PowerShell'],
  'management-ok': ['The Hyper-V management service runs.', ''],
  'management-stopped': ['The Hyper-V management service does not run.', 'On the host run: Start-Service vmms'],
  'roles-ok': ['{{system}} ({{version}}): {{parts}}.', ''],
  'roles-domain-controller': [
    '{{system}} ({{version}}): {{parts}}. A domain controller should not be a Hyper-V host.',
    'Move the directory into a VM: a restore of this host would otherwise roll it back.',
  ],
  'role-vmms': ['Hyper-V host', ''],
  'role-clussvc': ['node of a cluster', ''],
  'role-ntds': ['domain controller', ''],
  'tracking-ok': ['Checkpoints with change tracking work here.', ''],
  'tracking-client': ['This system has neither change tracking nor the Hyper-V writer.', 'Update Windows.'],
  'tracking-none': [
    'No change tracking here: every backup reads everything, through host VSS.',
    'Update to Windows Server 2016 or later.',
  ],
  'backup-type-untold': [
    'This host cannot be told whether a backup is full or a copy: guests may truncate their logs after any.',
    'Do not rely on --copy here; Windows Server 2019 and later can be told.',
  ],
  'writer-stable': ['The Hyper-V writer is stable.', ''],
  'writer-not-listed': ['The Hyper-V writer is not listed.', 'On the host run: Restart-Service vmms (at a quiet time).'],
  'writer-state': [
    'The Hyper-V writer is in state {{state}}.',
    'Wait for a running backup to end, or restart the service vmms at a quiet time.',
  ],
  'checkpoint-events-none': ['No checkpoint or merge failed in the last days.', ''],
  'checkpoint-events': [
    '{{count}} checkpoint or merge failures in the last days (events {{events}}).',
    'Read Microsoft-Windows-Hyper-V-VMMS-Admin.',
  ],
  'vss-events': [
    'VSS has logged {{count}} errors in the last days (events {{events}}).',
    'On the host run: vssadmin list writers; then restart the services EventSystem and VSS at a quiet time.',
  ],
  'tracking-events': [
    'The host has reported damaged change tracking.',
    'The next backup reads the disk that it names whole, by itself.',
  ],
  'shadow-scope-one': [
    'A VM is backed up by host VSS: that brings every VM on the same volumes to rest, and after a full backup their guests truncate their logs as well.',
    'Back up all VMs of these volumes by one job, or use --copy.',
  ],
  'shadow-scope': [
    '{{vms}} VMs are backed up by host VSS: that brings every VM on the same volumes to rest, and after a full backup their guests truncate their logs as well.',
    'Back up all VMs of these volumes by one job, or use --copy.',
  ],
  'path-asked': [
    'The host was added with --path {{path}}, which does not work for this VM (configuration version {{version}}).',
    'Remove the host from Hostkeep and add it again with --path auto.',
  ],
  'path-none': [
    'Neither way of backing up works (configuration version {{version}}).',
    'Update the VM with Update-VMVersion (irreversible).',
  ],
  'path-untracked': [
    'Configuration version {{version}} has no change tracking.',
    'Update the VM with Update-VMVersion (irreversible).',
  ],
  'path-checkpoint': ['Checkpoint with change tracking.', ''],
  'path-shadow': ['Host VSS.', ''],
  'state-critical': ['The VM is in state {{state}}.', 'Free space on the volume of its disks, or repair its storage.'],
  'state-busy': ['The VM is busy ({{status}}).', 'A backup begins once it is idle.'],
  'state-ok': ['The VM is {{state}}.', ''],
  'integration-linux': ['The VSS daemon of the guest answers; consistency is that of its file systems.', ''],
  'integration-windows': ['The backup service of the guest answers.', ''],
  'integration-linux-silent': [
    'The backup service of the guest does not answer: only crash-consistent backups.',
    'Install hyperv-daemons (linux-cloud-tools) in the guest and start hv_vss_daemon.',
  ],
  'integration-silent': [
    'The backup service of the guest does not answer: only crash-consistent backups.',
    'Enable the Backup integration service of the VM; in the guest run: Restart-Service vmicvss',
  ],
  'guest-unknown': ['The guest does not tell its system.', 'Enable the Key-Value Pair Exchange integration service.'],
  'directory-ok': ['A domain controller, which is backed up application-consistent.', ''],
  'directory-crash': [
    'A domain controller that could be backed up crash-consistent only: it must not be restored from that.',
    'Enable the Backup integration service of the VM, or run its backups with --consistency require.',
  ],
  'heartbeat-silent': [
    'The guest does not answer the host (heartbeat {{heartbeat}}).',
    'Look whether the guest has started; restart vmicheartbeat in it.',
  ],
  'disks-left-over': [
    '{{count}} disks lie over others (.avhdx), and no checkpoint explains it.',
    'Shut the VM down: that starts the merge. Never delete .avhdx files by hand.',
  ],
  'disk-on-share': [
    'A disk lies on an SMB share: host VSS does not cover it.',
    'Checkpoints with change tracking work; the host\u2019s computer account needs full control of the share.',
  ],
  'disk-on-cluster-volume': [
    'A disk lies on a cluster shared volume.',
    'Add every node as a host: the VM is backed up on the node that runs it.',
  ],
  'name-taken': ['Another VM has the same name.', 'Hostkeep tells them apart by id; rename one to keep them apart yourself.'],
  'recovery-checkpoint': [
    'A recovery checkpoint of some backup exists.',
    'If no backup runs, and it is none of Hostkeep\u2019s (those are listed as left over): Get-VM -Id {{vm}} | Get-VMSnapshot -SnapshotType Recovery | Remove-VMSnapshot',
  ],
  'recovery-checkpoints': [
    '{{count}} recovery checkpoints of some backup exist.',
    'If no backup runs, and they are none of Hostkeep\u2019s (those are listed as left over): Get-VM -Id {{vm}} | Get-VMSnapshot -SnapshotType Recovery | Remove-VMSnapshot',
  ],
  'checkpoints-own': ['The VM has {{count}} checkpoints of its own.', 'Remove those that nobody needs.'],
  'checkpoints-none': ['No checkpoint lies over the disks.', ''],
  'disk-broken': ['A disk cannot be opened: {{path}}', 'Check the chain with Get-VHD; never delete .avhdx files by hand.'],
  'chain-long': ['A chain of {{count}} disks.', 'Remove checkpoints; the merge will take long.'],
  'disks-not-covered': ['{{count}} pass-through or shared disks are not in the backup.', 'Back them up inside the guest.'],
  'disk-format': ['Disk format {{format}}: {{path}}', 'Convert it with Convert-VHD to VHDX.'],
  'space-low': ['Less than a tenth of {{volume}} is free.', 'A checkpoint grows while the backup runs: free some space.'],
  'replication-state': ['Replication is in state {{state}}.', 'Wait until it is over, or back up the primary.'],
  clustered: ['The VM belongs to a cluster.', 'Add every node as a host: Hostkeep backs it up where it runs.'],
  'share-ok': ['Its disks can be reached over the shares of the host.', ''],
  'writers-none': [
    'The guest lists no VSS writers.',
    'In the guest restart the services EventSystem and VSS, then run: vssadmin list writers',
  ],
  'writers-failed': [
    'Writers of the guest have failed: {{writers}}.',
    'Look at the Application log of the guest and restart the service behind the writer.',
  ],
  'writers-ok': ['{{count}} writers of the guest, none failed.', ''],
  'truncation-other': [
    'Another product truncates the logs of this guest: {{parts}}.',
    'Back this VM up with --copy, or stop the other product: two of them cut each other\u2019s chain of logs.',
  ],
  'truncates-log': ['log backups of {{database}} ({{instance}}) by {{by}}', ''],
  'truncates-log-on': ['log backups of {{database}} ({{instance}}) by {{by}}, last on {{day}}', ''],
  'truncates-full': ['full backups of {{database}} ({{instance}}) by {{by}}', ''],
  'truncates-full-on': ['full backups of {{database}} ({{instance}}) by {{by}}, last on {{day}}', ''],
  'truncates-mailbox': ['backups of the mailbox database {{database}}, last on {{day}}', ''],
  'truncation-alone': ['Nobody else truncates the logs of this guest.', ''],
  'sql-stopped': ['{{instance}} does not run: its writer skips it.', 'In the guest run: Start-Service \u0027{{instance}}\u0027'],
  'sql-unreadable': [
    'The history of {{instance}} could not be read (error {{error}}).',
    'Give the guest account the rights to read msdb; the backup itself does not depend on it.',
  ],
  'sql-ok': ['{{instance}}: {{count}} databases, no log waits for a backup.', ''],
  'sql-logs-wait': [
    '{{instance}}: the logs of {{databases}} wait for a log backup; a backup of the VM does not shorten them.',
    'Back up these logs with SQL Server, or set the databases to the simple recovery model.',
  ],
  'exchange-unreadable': [
    'Exchange is there, but its backup history could not be read.',
    'Give the guest account the role "View-Only Organization Management".',
  ],
  'exchange-ok': ['Exchange remembers a full backup of each of {{count}} databases.', ''],
  'exchange-never': [
    'Exchange remembers no full backup of {{databases}}: its logs grow.',
    'Run a full backup of this VM (without --copy).',
  ],
  'target-untold': ['The storage of the repository does not tell its free space.', ''],
  'target-room': ['The repository has {{free}} free; this run may add about {{wanted}}.', ''],
  'target-low': [
    'The repository has {{free}} free; this run may add about {{wanted}}.',
    'Add space, or keep fewer restore points and run `hostkeep compact`.',
  ],
  'repository-ok': ['The repository opens and can be written to.', ''],
  'vm-gone': ['The host has no such VM.', 'Take it out of the job, or put it back.'],
  'lab-services': ['The backup integration service is enabled and its guest service runs.', ''],
  'lab-daemon': ['The guest\u2019s VSS daemon answers; consistency is that of its file systems.', ''],
  'lab-checkpoint': ['A checkpoint lies over the disks.', 'Run `hostkeep host check --clean` once no run is going on.'],
} as const satisfies Readonly<Record<string, readonly [says: string, remedy: string]>>;

export type CheckSentenceId = keyof typeof checkSentences;
type CheckPart = Sentence<CheckSentenceId>;
export interface CheckSentence extends CheckPart {
  readonly parts?: readonly CheckPart[];
}

export interface CheckWords {
  /** In English. */
  readonly says: string;
  readonly remedy: string;
}

function isCheckSentenceId(id: string): id is CheckSentenceId {
  return Object.hasOwn(checkSentences, id);
}

export function checkSays(id: CheckSentenceId, values: CheckPart['values'] = {}): CheckSentence {
  return { id, values };
}

/** The sentence in the words of a catalogue; `written` says how its values are written there. */
export function checkWords(
  { id, values, parts = [] }: CheckSentence,
  catalogue: Readonly<Record<CheckSentenceId, readonly [string, string]>> = checkSentences,
  written: (values: CheckPart['values']) => CheckPart['values'] = (as) => as,
): CheckWords {
  const told = parts.map((part) => fillIn(catalogue[part.id][0], written(part.values)));
  const all = { ...written(values), parts: told.join(id === 'truncation-other' ? '; ' : ', ') };
  const [says, remedy] = catalogue[id];
  return { says: fillIn(says, all), remedy: fillIn(remedy, all) };
}

/** What a check says, in English and by its id. */
export function toldCheck(sentence: CheckSentence): CheckWords & { readonly sentence: CheckSentence } {
  return { ...checkWords(sentence), sentence };
}

const part = { id: string(), values: record(string(), union([string(), number()])) };

/** A sentence of another version is told by its English. */
export const checkSentenceSchema: Schema<CheckSentence | null> = pipe(
  object({ ...part, parts: exactOptional(array(object(part)), []) }),
  transform(({ id, values, parts }) => {
    const known = parts.flatMap((one): readonly CheckPart[] =>
      isCheckSentenceId(one.id) ? [{ id: one.id, values: one.values }] : [],
    );
    return isCheckSentenceId(id) && known.length === parts.length ? { id, values, parts: known } : null;
  }),
);
