import type { DrillRecord, RestorePoint } from '#contract';
import type { Home } from '../home.ts';
import { recordDrill } from '../jobs/record.ts';
import { tellDamage } from '../jobs/tell-damage.ts';
import { tellAlerts } from '../notify/index.ts';
import { systemClock } from '../repositories.ts';

/** A drill that did not pass is an alert until one of the same VM does; damage that its verification found is one of its own. */
export function tellDrill({ state }: Pick<Home, 'state'>, record: DrillRecord, point: RestorePoint): void {
  const now = systemClock.now();
  const vm = { repository: record.repository, id: point.vmId ?? point.vm, name: point.vm };
  const { verdict, run } = record;
  const raised = recordDrill(state, { kind: 'drilled', vm, pointTime: point.time, verdict, why: whyOf(record), run }, now);
  tellAlerts({ state }, raised, now);
  tellDamage({ state }, now);
}

function whyOf({ error, undone, verification, heartbeat, screen }: DrillRecord): string {
  const whys = [
    ...(error === null ? [] : [error]),
    ...(undone ? [] : ['it could not be taken away again (hostkeep recover list)']),
    ...(error !== null || heartbeat === 'ok' ? [] : [`heartbeat ${heartbeat}`]),
    ...(screen === null || screen === 'content' ? [] : [`screen ${screen}`]),
    ...(verification.verdict === 'sound'
      ? []
      : [`data ${verification.verdict}: ${verification.checks[0]?.says ?? verification.notes[0] ?? 'nothing was read'}`]),
  ];
  return whys.join('; ');
}
