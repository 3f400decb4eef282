/** Asks the job's own task for a look, and waits for what it says. */
import { array, custom, exactOptional, nullable, object, picklist, string } from 'valibot';
import {
  acceptJson,
  checkSentenceSchema,
  errorDataSchema,
  HostkeepError,
  isErrorCode,
  type ErrorCode,
  type Job,
  type RunId,
  type Schema,
} from '#contract';
import type { Clock, PreflightCheck } from '#engine/ports';
import type { CheckingScheduler } from '#host';
import type { Home } from '../home.ts';
import type { JobCheck } from './check-job.ts';

const checkSchema: Schema<PreflightCheck> = object({
  id: string(),
  vm: nullable(string()),
  verdict: picklist(['ok', 'warning', 'blocking']),
  says: string(),
  remedy: string(),
  sentence: nullable(checkSentenceSchema),
  error: nullable(errorDataSchema),
  code: exactOptional(custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value), 'expected an error code')),
});
const outcomeSchema: Schema<{ readonly report: JobCheck }> = object({
  report: object({ as: string(), checks: array(checkSchema) }),
});

const lookEveryMs = 500;
const patienceMs = 5 * 60_000;

/** @throws HostkeepError schedule/not-found, schedule/running, schedule/denied, schedule/no-answer */
export async function askJobCheck(
  of: {
    readonly home: Pick<Home, 'state'>;
    readonly scheduler: CheckingScheduler;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
  job: Job,
  run: RunId,
): Promise<JobCheck> {
  const { clock, home, scheduler, signal } = of;
  await scheduler.startCheck(job.id, run);
  const until = clock.now() + patienceMs;
  const look = home.state.prepare("SELECT outcome FROM runs WHERE id = ? AND state <> 'running'");
  for (;;) {
    const row = look.get(run);
    if (row !== undefined)
      return acceptJson(outcomeSchema, String(row['outcome']), { code: 'state/damaged', details: { run } }).report;
    if (clock.now() > until) throw new HostkeepError('schedule/no-answer', { job: job.name });
    await clock.sleep(lookEveryMs, signal);
  }
}
