import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useText } from '../../use-text.ts';

const conflicts = ['rename', 'skip', 'overwrite'] as const;
export type Conflict = (typeof conflicts)[number];

interface ConflictFieldProps {
  readonly value: Conflict;
  onChange(value: Conflict): void;
}

/** What happens where something of that name is already. */
export function ConflictField({ value, onChange }: ConflictFieldProps) {
  const say = useText();
  return (
    <Field label={say('restore.conflict')}>
      <RadioGroup value={value} onChange={(_event, data) => onChange(data.value as Conflict)}>
        {conflicts.map((one) => (
          <Radio key={one} value={one} label={say(`restore.conflict.${one}`)} />
        ))}
      </RadioGroup>
    </Field>
  );
}
