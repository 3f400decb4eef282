import { Dropdown, Field, Input, Option } from '@fluentui/react-components';
import type { JobPlan } from '#contract';
import { useText } from '../../use-text.ts';
import { ClosuresField } from './closures-field.tsx';
import { NumberField } from './number-field.tsx';
import { StretchesField } from './stretches-field.tsx';
import { Weekdays } from './weekdays.tsx';

const recurrences = ['manual', 'hourly', 'daily', 'weekly', 'monthly'] as const;
const rules = ['keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'] as const;

interface PlanFieldsProps {
  readonly plan: JobPlan;
  onChange(part: Partial<JobPlan>): void;
}

export function PlanFields({ plan, onChange }: PlanFieldsProps) {
  const say = useText();
  const { recurrence } = plan;
  return (
    <>
      <Field label={say('jobs.recurrence')}>
        <Dropdown
          value={say(`jobs.recurrence.${recurrence}`)}
          selectedOptions={[recurrence]}
          onOptionSelect={(_event, { optionValue }) =>
            onChange({ recurrence: (optionValue ?? 'daily') as JobPlan['recurrence'] })
          }
        >
          {recurrences.map((one) => (
            <Option key={one} value={one}>
              {say(`jobs.recurrence.${one}`)}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {recurrence === 'hourly' && (
        <NumberField label={say('jobs.hours')} value={plan.hours} least={1} most={24} onChange={(hours) => onChange({ hours })} />
      )}
      {recurrence === 'monthly' && (
        <NumberField
          label={say('jobs.day')}
          hint={say('jobs.day.hint')}
          value={plan.day}
          least={0}
          most={28}
          onChange={(day) => onChange({ day })}
        />
      )}
      {recurrence === 'weekly' && (
        <Weekdays label={say('jobs.weekdays')} value={plan.weekdays} onChange={(weekdays) => onChange({ weekdays })} />
      )}
      {recurrence !== 'manual' && (
        <>
          <Field label={say(recurrence === 'hourly' ? 'jobs.from' : 'jobs.at')} hint={plan.timeZone}>
            <Input type="time" value={plan.time} onChange={(_event, { value }) => value !== '' && onChange({ time: value })} />
          </Field>
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
