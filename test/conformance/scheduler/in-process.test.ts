import { setImmediate as soon } from 'node:timers/promises';
import { zoneOf } from '#engine/jobs';
import { inProcessScheduler } from '../../../main/service/scheduler/in-process.ts';
import { schedulerConformance } from './suite.ts';

const zone = zoneOf('Europe/Vienna');

schedulerConformance('in-process', async (context) => {
  let now = zone.instantOf(Date.UTC(2026, 2, 2, 12));
  const pending = new Set<{ readonly instant: number; readonly act: () => void }>();
  const running = new Map<string, (code: number) => void>();
  const started: string[] = [];
  const scheduler = inProcessScheduler({
    zone,
    timers: {
      now: () => now,
      at(instant, act) {
        const entry = { instant, act };
        pending.add(entry);
        return () => void pending.delete(entry);
      },
    },
    launch(id) {
      started.push(id);
      return new Promise((resolve) => running.set(id, resolve));
    },
  });
  context.after(() => scheduler.close());
  const fireDue = (): void => {
    for (const entry of [...pending].filter(({ instant }) => instant <= now)) {
      pending.delete(entry);
      entry.act();
    }
  };
  return {
    scheduler,
    now: () => now,
    async pass(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        now += 60_000;
        fireDue();
        await soon();
      }
    },
    async sleep(minutes) {
      now += minutes * 60_000;
      fireDue();
      await soon();
    },
    starts: () => started,
    async end(id, exitCode) {
      running.get(id)?.(exitCode);
      await soon();
    },
  };
});
