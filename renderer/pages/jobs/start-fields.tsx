import { Field } from '@fluentui/react-components';
import type { StartPlan } from '#contract';
import { Choice } from '../../components/choice.tsx';
import { MomentInput } from '../../components/moment-input.tsx';
import { useText } from '../../use-text.ts';
import { NumberField } from './number-field.tsx';
import { Weekdays } from './weekdays.tsx';

const recurrences = ['manual', 'hourly', 'daily', 'weekly', 'monthly'] as const;

interface StartFieldsProps {
  readonly plan: StartPlan;
  onChange(part: Partial<StartPlan>): void;
}

/** When something starts by itself. */
export function StartFields({ plan, onChange }: StartFieldsProps) {
  const say = useText();
  const { recurrence } = plan;
  return (
    <>
      <Choice
        label={say('jobs.recurrence')}
        value={recurrence}
        values={recurrences}
        textOf={(one) => say(`jobs.recurrence.${one}`)}
        onChange={(recurrence) => onChange({ recurrence })}
      />
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
        <Field label={say(recurrence === 'hourly' ? 'jobs.from' : 'jobs.at')} hint={plan.timeZone}>
          <MomentInput kind="time" value={plan.time} onChange={(time) => time !== '' && onChange({ time })} />
        </Field>
      )}
    </>
  );
}
