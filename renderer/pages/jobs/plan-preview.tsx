import { useQuery } from '@tanstack/react-query';
import type { JobPlan } from '#contract';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { wallClockText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { KeptPoints } from './kept-points.tsx';

/** The next ten runs on the wall clock, over changes of summer time, and which restore points would live when. */
export function PlanPreview({ plan }: { readonly plan: JobPlan }) {
  const say = useText();
  const { recurrence, hours, time, weekdays, day, timeZone, windows, blackouts, closures } = plan;
  const { keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly } = plan;
  const asked = {
    recurrence,
    hours,
    time,
    weekdays,
    day,
    timeZone,
    windows,
    blackouts,
    closures,
    keepHourly,
    keepDaily,
    keepWeekly,
    keepMonthly,
    keepYearly,
  };
  const preview = useQuery(queries.plan(asked));
  if (preview.data === undefined)
    return (
      <Card title={say('jobs.preview')} className="column">
        {preview.isError ? <Failure error={preview.error} /> : <Loading rows={3} />}
      </Card>
    );
  const { starts, kept, lives } = preview.data;
  return (
    <>
      <Card title={say('jobs.preview')} className="column">
        {preview.isError ? (
          <Failure error={preview.error} />
        ) : starts.length === 0 ? (
          <div className="muted">{say('jobs.preview.manual')}</div>
        ) : (
          <ol className="list small number" aria-label={say('jobs.preview')}>
            {starts.map((one) => (
              <li key={one.at} style={{ padding: '3px 0' }}>
                {wallClockText(one.local)}
              </li>
            ))}
          </ol>
        )}
      </Card>
      <Card title={say('jobs.simulated')} className="column">
        {lives === null ? (
          <div className="muted">{say(starts.length === 0 ? 'jobs.preview.manual' : 'kept.all')}</div>
        ) : (
          <>
            <ul className="list small" aria-label={say('jobs.simulated')}>
              {kept.map((one) => (
                <li key={one.days} style={{ padding: '3px 0' }}>
                  {say('jobs.simulated.line', { days: one.days, count: one.points, oldest: one.oldestDays })}
                </li>
              ))}
            </ul>
            <KeptPoints lives={lives} timeZone={timeZone} />
          </>
        )}
      </Card>
    </>
  );
}
