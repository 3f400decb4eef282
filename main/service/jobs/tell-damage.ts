import type { Home } from '../home.ts';
import { tellAlerts } from '../notify/notify.ts';
import { lookForDamage } from './record.ts';

/** Restore points that a verification found damaged: an alert each, told to everybody once. */
export function tellDamage(home: Pick<Home, 'state'>, now: number): void {
  tellAlerts(home, lookForDamage(home.state, now), now);
}
