/**
 * What a command needs to do its work as a run: home and state. A door of its own, since a command is up in half the time
 * when jobs, notices, schedules and hosts are loaded by those alone that need them.
 */
import { openKeys } from './state/alerts.ts';
import { damagedPoints } from './state/verifications.ts';
import type { Home } from './home.ts';

export { defaultHome, openHome, type Home } from './home.ts';
export { systemClock } from './repositories.ts';
export { rememberPoints } from './state/points.ts';
export { giveTurnBack, noteTurn, verifyTurns } from './state/verify-turns.ts';
export { adoptRun, announceRun, endRun, failRun, watchRun } from './state/run-control.ts';

/** Like `tellDamage`, where there is or was damage to tell. */
export async function tellDamageFound(home: Pick<Home, 'state'>, now: number): Promise<void> {
  if (damagedPoints(home.state).length === 0 && openKeys(home.state, 'point-damaged').length === 0) return;
  const { tellDamage } = await import('./jobs/tell-damage.ts');
  tellDamage(home, now);
}
