import { Button, Input } from '@fluentui/react-components';
import { Add16Regular, Delete20Regular } from '@fluentui/react-icons';
import type { JobPlan } from '#contract';
import { MomentInput } from '../../components/moment-input.tsx';
import { useText } from '../../use-text.ts';

interface ClosuresFieldProps {
  readonly value: JobPlan['closures'];
  onChange(value: JobPlan['closures']): void;
}

/** Tomorrow's working day, as a beginning; days have 23 hours, or 25, when the clock is changed. */
function usual(): JobPlan['closures'][number] {
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  const day = `${tomorrow.getFullYear()}-${String(tomorrow.getMonth() + 1).padStart(2, '0')}-${String(tomorrow.getDate()).padStart(2, '0')}`;
  return { from: `${day}T08:00`, to: `${day}T18:00`, why: '' };
}

/** Once, from a moment to a moment: a migration, an audit, a holiday. */
export function ClosuresField({ value, onChange }: ClosuresFieldProps) {
  const say = useText();
  const label = say('jobs.closures');
  const put = (index: number, part: Partial<JobPlan['closures'][number]>): void =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <div className="column tight" role="group" aria-label={label}>
      <div className="row">
        <span className="grow">{label}</span>
        <Button
          size="small"
          icon={<Add16Regular />}
          aria-label={say('jobs.add-to', { what: label })}
          onClick={() => onChange([...value, usual()])}
        >
          {say('jobs.add')}
        </Button>
      </div>
      {value.length === 0 && <div className="small muted">{say('jobs.closures.hint')}</div>}
      {value.map((one, index) => (
        // Their order is all that tells them apart.
        <div key={index} className="row wrap stretch">
          {(['from', 'to'] as const).map((end) => (
            <MomentInput
              key={end}
              kind="moment"
              size="small"
              style={{ width: 150 }}
              aria-label={say(`jobs.stretch.${end}`, { number: index + 1 })}
              value={one[end]}
              onChange={(moment) => moment !== '' && put(index, { [end]: moment })}
            />
          ))}
          <Input
            className="grow"
            size="small"
            placeholder={say('jobs.closures.why')}
            aria-label={say('jobs.closures.why')}
            value={one.why}
            onChange={(_event, { value: why }) => put(index, { why: why.slice(0, 200) })}
          />
          <Button
            size="small"
            appearance="subtle"
            icon={<Delete20Regular />}
            aria-label={say('jobs.stretch.remove', { number: index + 1 })}
            onClick={() => onChange(value.filter((_one, at) => at !== index))}
          />
        </div>
      ))}
    </div>
  );
}
