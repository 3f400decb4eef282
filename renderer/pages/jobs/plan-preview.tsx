import { useQuery } from '@tanstack/react-query';
import type { JobPlan } from '#contract';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { wallClockText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { KeptPoints } from './kept-points.tsx';

/** What the server makes of a plan; a form has more than it may be asked for. */
function usePlan(plan: JobPlan) {
  const { recurrence, hours, time, weekdays, day, timeZone, windows, blackouts, closures } = plan;
  const { keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly } = plan;
  const when = { recurrence, hours, time, weekdays, day, timeZone, windows, blackouts, closures };
  return useQuery(queries.plan({ ...when, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly }));
}

interface PreviewProps {
  readonly plan: JobPlan;
}

/** The next ten runs on the wall clock, over changes of summer time. */
export function PlanPreview({ plan }: PreviewProps) {
  const say = useText();
  const preview = usePlan(plan);
  return (
    <Card title={say('jobs.preview')} className="column">
      {preview.isError ? (
        <Failure error={preview.error} />
      ) : preview.data === undefined ? (
        <Loading rows={3} />
      ) : preview.data.starts.length === 0 ? (
        <div className="muted">{say('jobs.preview.manual')}</div>
      ) : (
        <ol className="list small number" aria-label={say('jobs.preview')}>
          {preview.data.starts.map((one) => (
            <li key={one.at} style={{ padding: '3px 0' }}>
              {wallClockText(one.local)}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

/** Which restore points would live when. Why a plan is none is said beside its starts. */
export function KeptPreview({ plan }: PreviewProps) {
  const say = useText();
  const { data } = usePlan(plan);
  if (data === undefined) return null;
  const { starts, kept, lives } = data;
  return (
    <Card title={say('jobs.simulated')} className="column">
      {lives === null ? (
        <div className="muted">{say(starts.length === 0 ? 'jobs.preview.manual' : 'kept.all')}</div>
      ) : (
        <KeptPoints lives={lives} timeZone={plan.timeZone}>
          <ul className="list small" aria-label={say('jobs.simulated')}>
            {kept.map((one) => (
              <li key={one.days} style={{ padding: '3px 0' }}>
                {say('jobs.simulated.line', { days: one.days, count: one.points, oldest: one.oldestDays })}
              </li>
            ))}
          </ul>
        </KeptPoints>
      )}
    </Card>
  );
}
