/** What a host must be like for backups: the first two parts of the reference's list (8.4), and its log of the last days (8.8). */
import { checkSays, type CheckSentence, type ErrorCode } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import type { HostAnswer } from './operations/discover.ts';
import type { History } from './operations/history.ts';

/** A rule: null where it has nothing to say. The code is what a run ends with that this blocks. */
export type Finding = readonly [PreflightCheck['verdict'], CheckSentence, ErrorCode?] | null;

const roles = ['vmms', 'clussvc', 'ntds'] as const;

export const hostRules: Readonly<Record<string, (host: HostAnswer, history: History) => Finding>> = {
  elevation: ({ elevated }) =>
    elevated ? ['ok', checkSays('elevation-ok')] : ['blocking', checkSays('elevation-lacks'), 'host/not-elevated'],
  'hyper-v-module': ({ hyperV }) =>
    hyperV ? ['ok', checkSays('module-ok')] : ['blocking', checkSays('module-missing'), 'host/hyper-v-missing'],
  management: ({ managementRuns }) =>
    managementRuns
      ? ['ok', checkSays('management-ok')]
      : ['blocking', checkSays('management-stopped'), 'host/management-stopped'],
  roles: (host) => {
    const named = roles.filter((role) => host.roles.some((one) => one.toLowerCase() === role));
    const warned = named.includes('ntds');
    const sentence = checkSays(warned ? 'roles-domain-controller' : 'roles-ok', { system: host.caption, version: host.version });
    return [warned ? 'warning' : 'ok', { ...sentence, parts: named.map((role) => checkSays(`role-${role}`)) }];
  },
  'change-tracking': ({ changeTracking, productType }) => {
    if (changeTracking) return ['ok', checkSays('tracking-ok')];
    return productType === 1
      ? ['blocking', checkSays('tracking-client'), 'host/path-unavailable']
      : ['warning', checkSays('tracking-none')];
  },
  'backup-type': ({ changeTracking, guestBackupType }) =>
    changeTracking && !guestBackupType ? ['warning', checkSays('backup-type-untold')] : null,
  'hyper-v-writer': ({ productType, changeTracking }, { writerState }) => {
    if (productType === 1) return null;
    if (writerState === 1) return ['ok', checkSays('writer-stable')];
    const verdict = changeTracking ? 'warning' : 'blocking';
    if (writerState === null) return [verdict, checkSays('writer-not-listed'), 'host/hyper-v-writer-missing'];
    const code = writerState < 6 ? 'host/vss-busy' : 'host/vss-writer-failed';
    return [verdict, checkSays('writer-state', { state: writerState }), code];
  },
  'checkpoint-events': (_, { events }) => {
    const bad = events.filter(
      (one) => !one.log.includes('VHDMP') && one.log !== 'Application' && (one.id === 3216 || one.id >= 10_000),
    );
    return bad.length === 0
      ? ['ok', checkSays('checkpoint-events-none')]
      : ['warning', checkSays('checkpoint-events', counted(bad))];
  },
  'vss-events': (_, { events }) => {
    const bad = events.filter((one) => one.log === 'Application');
    return bad.length === 0 ? null : ['warning', checkSays('vss-events', counted(bad))];
  },
  'tracking-events': (_, { events }) =>
    events.some((one) => one.log.includes('VHDMP')) ? ['warning', checkSays('tracking-events')] : null,
};

function counted(events: History['events']): CheckSentence['values'] {
  return { count: events.length, events: [...new Set(events.map((one) => one.id))].join(', ') };
}
