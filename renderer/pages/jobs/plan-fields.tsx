import { Checkbox, Dropdown, Field, Input, Option, SpinButton } from '@fluentui/react-components';
import type { JobPlan } from '#contract';
import { useText } from '../../use-text.ts';

const recurrences = ['manual', 'hourly', 'daily', 'weekly', 'monthly'] as const;
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const rules = ['keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'] as const;

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
        <NumberField label={say('jobs.day')} value={plan.day} least={1} most={28} onChange={(day) => onChange({ day })} />
      )}
      {recurrence === 'weekly' && (
        <div className="row wrap" role="group" aria-label={say('jobs.weekdays')}>
          {days.map((day) => (
            <Checkbox
              key={day}
              label={say(`day.${day}`)}
              checked={plan.weekdays.includes(day)}
              onChange={(_event, { checked }) =>
                onChange({ weekdays: checked === true ? [...plan.weekdays, day] : plan.weekdays.filter((one) => one !== day) })
              }
            />
          ))}
        </div>
      )}
      {recurrence !== 'manual' && (
        <Field label={say(recurrence === 'hourly' ? 'jobs.from' : 'jobs.at')} hint={plan.timeZone}>
          <Input type="time" value={plan.time} onChange={(_event, { value }) => value !== '' && onChange({ time: value })} />
        </Field>
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

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  onChange(value: number): void;
}

function NumberField({ label, value, least, most, onChange }: NumberFieldProps) {
  return (
    <Field label={label}>
      <SpinButton
        value={value}
        min={least}
        max={most}
        onChange={(_event, data) => {
          const wanted = data.value ?? Number(data.displayValue);
          if (Number.isInteger(wanted)) onChange(Math.max(least, Math.min(most, wanted)));
        }}
      />
    </Field>
  );
}
