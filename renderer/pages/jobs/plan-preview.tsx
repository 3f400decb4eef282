import { Dropdown, Field, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobPlan, VmOfJob } from '#contract';
import { Card } from '../../components/page.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { wallClockText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { KeptPoints } from './kept-points.tsx';

/** What the server makes of a plan; a form has more than it may be asked for. */
function usePlan({ plan, job = null }: PreviewProps, vm: string | null = null) {
  const { recurrence, hours, time, weekdays, day, timeZone, windows, blackouts, closures } = plan;
  const { keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly } = plan;
  const when = { recurrence, hours, time, weekdays, day, timeZone, windows, blackouts, closures };
  const kept = { keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly };
  return useQuery(queries.plan({ plan: { ...when, ...kept }, job, vm }));
}

interface PreviewProps {
  readonly plan: JobPlan;
  /** The job that is changed; what it keeps starts from the restore points that it has. */
  readonly job?: string | null;
}

/** The next ten runs on the wall clock, over changes of summer time. */
export function PlanPreview(props: PreviewProps) {
  const say = useText();
  const preview = usePlan(props);
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
export function KeptPreview(props: PreviewProps) {
  const say = useText();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data } = usePlan(props, chosen);
  if (data === undefined) return null;
  const { starts, kept, lives, of, vms } = data;
  return (
    <Card title={say('jobs.simulated')} className="column">
      {of !== null && <VmChoice of={of} vms={vms} onChoose={setChosen} />}
      {lives === null ? (
        <div className="muted">{say(starts.length === 0 ? 'jobs.preview.manual' : 'kept.all')}</div>
      ) : (
        <KeptPoints lives={lives} vm={of?.name ?? null} timeZone={props.plan.timeZone}>
          <ul className="list small" aria-label={say('jobs.simulated')}>
            {kept.map((one) => (
              <li key={one.days} style={{ padding: '3px 0' }}>
                {say(of === null ? 'jobs.simulated.line' : 'kept.of.line', {
                  days: one.days,
                  count: one.points,
                  oldest: one.oldestDays,
                })}
              </li>
            ))}
          </ul>
        </KeptPoints>
      )}
    </Card>
  );
}

interface VmChoiceProps {
  readonly of: VmOfJob;
  readonly vms: readonly VmOfJob[];
  onChoose(vm: string): void;
}

/** Whose restore points are looked at: each VM has its own, and may have a policy of its own. */
function VmChoice({ of, vms, onChoose }: VmChoiceProps) {
  const say = useText();
  const textOf = ({ name, points }: VmOfJob): string => say('kept.of', { name, count: points });
  return (
    <Field label={say('kept.of.label')}>
      <Dropdown
        value={textOf(of)}
        selectedOptions={[of.vm]}
        onOptionSelect={(_event, { optionValue }) => optionValue !== undefined && onChoose(optionValue)}
      >
        {vms.map((one) => (
          <Option key={one.vm} value={one.vm} text={textOf(one)}>
            {textOf(one)}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
