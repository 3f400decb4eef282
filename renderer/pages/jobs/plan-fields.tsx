import type { JobPlan } from '#contract';
import { useText } from '../../use-text.ts';
import { ClosuresField } from './closures-field.tsx';
import { NumberField } from './number-field.tsx';
import { StartFields } from './start-fields.tsx';
import { StretchesField } from './stretches-field.tsx';

const rules = ['keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'] as const;

interface PlanFieldsProps {
  readonly plan: JobPlan;
  onChange(part: Partial<JobPlan>): void;
}

export function PlanFields({ plan, onChange }: PlanFieldsProps) {
  const say = useText();
  return (
    <>
      <StartFields plan={plan} onChange={onChange} />
      {plan.recurrence !== 'manual' && (
        <>
          <StretchesField
            label={say('jobs.windows')}
            hint={say('jobs.windows.hint')}
            value={plan.windows}
            usual={{ weekdays: [], from: '20:00', to: '06:00' }}
            onChange={(windows) => onChange({ windows })}
          />
          <StretchesField
            label={say('jobs.blackouts')}
            hint={say('jobs.blackouts.hint')}
            value={plan.blackouts}
            usual={{ weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '08:00', to: '18:00' }}
            onChange={(blackouts) => onChange({ blackouts })}
          />
          <ClosuresField value={plan.closures} onChange={(closures) => onChange({ closures })} />
        </>
      )}
      <div className="strong" aria-hidden>
        {say('jobs.keeps')}
      </div>
      <div className="halves" role="group" aria-label={say('jobs.keeps')}>
        {rules.map((rule) => (
          <NumberField
            key={rule}
            label={say(`jobs.${rule}`)}
            value={plan[rule]}
            least={0}
            most={10_000}
            onChange={(value) => onChange({ [rule]: value })}
          />
        ))}
      </div>
    </>
  );
}
