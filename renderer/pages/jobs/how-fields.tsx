import { Field, Input, Radio, RadioGroup, Switch } from '@fluentui/react-components';
import type { JobForm } from '#contract';
import { Choice } from '../../components/choice.tsx';
import { useText } from '../../use-text.ts';
import { NumberField } from './number-field.tsx';
import { StretchesField } from './stretches-field.tsx';

interface FieldsProps {
  readonly form: JobForm;
  onChange(part: Partial<JobForm>): void;
}

const policies = ['require', 'warn', 'allow'] as const;

/** Consistency, logs, and how hard the hosts may be worked. */
export function HowFields({ form, onChange }: FieldsProps) {
  const say = useText();
  return (
    <>
      <Field label={say('protect.consistency')}>
        <RadioGroup
          value={form.consistency}
          onChange={(_event, { value }) => onChange({ consistency: value as JobForm['consistency'] })}
        >
          {policies.map((policy) => (
            <Radio key={policy} value={policy} label={say(`protect.policy.${policy}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Switch
        checked={form.truncateLogs}
        onChange={(_event, { checked }) => onChange({ truncateLogs: checked })}
        label={say(form.truncateLogs ? 'protect.truncate' : 'protect.copy')}
      />
      <Switch
        checked={form.skipUnused}
        onChange={(_event, { checked }) => onChange({ skipUnused: checked })}
        label={say('jobs.skip-unused')}
      />
      <Switch
        checked={form.verifyAfterRun}
        onChange={(_event, { checked }) => onChange({ verifyAfterRun: checked })}
        label={say('jobs.verify-after-run')}
      />
      <NumberField
        label={say('jobs.vms-at-once')}
        value={form.vmsAtOnce}
        least={1}
        most={16}
        onChange={(vmsAtOnce) => onChange({ vmsAtOnce })}
      />
      <LimitFields
        rate={form.megabytesPerSecond}
        latency={form.latencyMs}
        onRate={(megabytesPerSecond) => onChange({ megabytesPerSecond })}
        onLatency={(latencyMs) => onChange({ latencyMs })}
      />
      <StretchesField
        label={say('jobs.working-hours')}
        hint={say('jobs.working-hours.hint')}
        value={form.workingHours}
        usual={{ weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '08:00', to: '18:00' }}
        onChange={(workingHours) => onChange({ workingHours })}
      />
      {form.workingHours.length > 0 && (
        <div className="column" role="group" aria-label={say('jobs.working-hours')}>
          <NumberField
            label={say('jobs.vms-at-once.working')}
            value={form.workingVmsAtOnce}
            least={1}
            most={16}
            onChange={(workingVmsAtOnce) => onChange({ workingVmsAtOnce })}
          />
          <LimitFields
            rate={form.workingMegabytesPerSecond}
            latency={form.workingLatencyMs}
            onRate={(workingMegabytesPerSecond) => onChange({ workingMegabytesPerSecond })}
            onLatency={(workingLatencyMs) => onChange({ workingLatencyMs })}
          />
        </div>
      )}
    </>
  );
}

interface LimitFieldsProps {
  readonly rate: number | null;
  readonly latency: number | null;
  onRate(value: number | null): void;
  onLatency(value: number | null): void;
}

/** Empty is no limit. */
function LimitFields({ rate, latency, onRate, onLatency }: LimitFieldsProps) {
  const say = useText();
  const numberOf = (text: string, most: number): number | null =>
    /^\d+$/.test(text) ? Math.max(1, Math.min(most, Number(text))) : null;
  return (
    <div className="halves">
      <Field label={say('jobs.rate')} hint={say('jobs.no-limit')}>
        <Input type="number" value={String(rate ?? '')} onChange={(_event, { value }) => onRate(numberOf(value, 1_000_000))} />
      </Field>
      <Field label={say('jobs.latency')} hint={say('jobs.no-limit')}>
        <Input type="number" value={String(latency ?? '')} onChange={(_event, { value }) => onLatency(numberOf(value, 60_000))} />
      </Field>
    </div>
  );
}

const wishes = ['never', 'problems', 'always'] as const;
const channels = ['mail', 'webhooks', 'eventLog'] as const;

/** Who hears of its runs, and when. */
export function NotifyFields({ form, onChange }: FieldsProps) {
  const say = useText();
  return (
    <>
      {channels.map((channel) => (
        <Choice
          key={channel}
          label={say(`jobs.notify.${channel}`)}
          value={form[channel]}
          values={wishes}
          textOf={(wish) => say(`notify.when.${wish}`)}
          onChange={(wish) => onChange({ [channel]: wish })}
        />
      ))}
      <div className="small muted">{say('jobs.notify.where')}</div>
    </>
  );
}
