/** What a host must be like for backups: the first two parts of the reference's list (8.4), and its log of the last days (8.8). */
import type { ErrorCode } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import type { HostAnswer } from './operations/discover.ts';
import type { History } from './operations/history.ts';

/** A rule: null where it has nothing to say. `[verdict, says, remedy, code]`; the code is what a run ends with that this blocks. */
export type Finding = readonly [PreflightCheck['verdict'], string, string?, ErrorCode?] | null;

const roleNames: Readonly<Record<string, string>> = {
  vmms: 'Hyper-V host',
  clussvc: 'node of a cluster',
  ntds: 'domain controller',
};

export const hostRules: Readonly<Record<string, (host: HostAnswer, history: History) => Finding>> = {
  elevation: ({ elevated }) =>
    elevated
      ? ['ok', 'The account has administrator rights on the host.']
      : [
          'blocking',
          'The account has no administrator rights on the host.',
          'Start Hostkeep with "Run as administrator".',
          'host/not-elevated',
        ],
  'hyper-v-module': ({ hyperV }) =>
    hyperV
      ? ['ok', 'The Hyper-V module is there.']
      : [
          'blocking',
          'The Hyper-V PowerShell module is missing.',
          'On a server run: Install-WindowsFeature Hyper-V-PowerShell',
          'host/hyper-v-missing',
        ],
  management: ({ managementRuns }) =>
    managementRuns
      ? ['ok', 'The Hyper-V management service runs.']
      : [
          'blocking',
          'The Hyper-V management service does not run.',
          'On the host run: Start-Service vmms',
          'host/management-stopped',
        ],
  roles: ({ caption, roles, version }) => {
    const named = roles.flatMap((role) => roleNames[role.toLowerCase()] ?? []);
    const says = `${caption} (${version}): ${named.join(', ')}.`;
    if (!named.includes('domain controller')) return ['ok', says];
    return [
      'warning',
      `${says} A domain controller should not be a Hyper-V host.`,
      'Move the directory into a VM: a restore of this host would otherwise roll it back.',
    ];
  },
  'change-tracking': ({ changeTracking, productType }) =>
    changeTracking
      ? ['ok', 'Checkpoints with change tracking work here.']
      : productType === 1
        ? [
            'blocking',
            'This system has neither change tracking nor the Hyper-V writer.',
            'Update Windows.',
            'host/path-unavailable',
          ]
        : [
            'warning',
            'No change tracking here: every backup reads everything, through host VSS.',
            'Update to Windows Server 2016 or later.',
          ],
  'backup-type': ({ changeTracking, guestBackupType }) =>
    changeTracking && !guestBackupType
      ? [
          'warning',
          'This host cannot be told whether a backup is full or a copy: guests may truncate their logs after any.',
          'Do not rely on --copy here; Windows Server 2019 and later can be told.',
        ]
      : null,
  'hyper-v-writer': ({ productType, changeTracking }, { writerState }) => {
    if (productType === 1) return null;
    if (writerState === 1) return ['ok', 'The Hyper-V writer is stable.'];
    const verdict = changeTracking ? 'warning' : 'blocking';
    if (writerState === null)
      return [
        verdict,
        'The Hyper-V writer is not listed.',
        'On the host run: Restart-Service vmms (at a quiet time).',
        'host/hyper-v-writer-missing',
      ];
    return [
      verdict,
      `The Hyper-V writer is in state ${writerState}.`,
      'Wait for a running backup to end, or restart the service vmms at a quiet time.',
      writerState < 6 ? 'host/vss-busy' : 'host/vss-writer-failed',
    ];
  },
  'checkpoint-events': (_, { events }) => {
    const bad = events.filter(
      (one) => !one.log.includes('VHDMP') && one.log !== 'Application' && (one.id === 3216 || one.id >= 10_000),
    );
    if (bad.length === 0) return ['ok', 'No checkpoint or merge failed in the last days.'];
    const ids = [...new Set(bad.map((one) => one.id))].join(', ');
    return [
      'warning',
      `${bad.length} checkpoint or merge failures in the last days (events ${ids}).`,
      'Read Microsoft-Windows-Hyper-V-VMMS-Admin.',
    ];
  },
  'vss-events': (_, { events }) => {
    const bad = events.filter((one) => one.log === 'Application');
    if (bad.length === 0) return null;
    return [
      'warning',
      `VSS has logged ${bad.length} errors in the last days (events ${[...new Set(bad.map((one) => one.id))].join(', ')}).`,
      'On the host run: vssadmin list writers; then restart the services EventSystem and VSS at a quiet time.',
    ];
  },
  'tracking-events': (_, { events }) =>
    events.some((one) => one.log.includes('VHDMP'))
      ? [
          'warning',
          'The host has reported damaged change tracking.',
          'The next backup should read everything; Hostkeep compares anyway.',
        ]
      : null,
};
