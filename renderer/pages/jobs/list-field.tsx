import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';

interface ListFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: readonly string[];
  onChange(value: string[]): void;
}

/** Several things with commas between. What is typed stays as typed until the field is left. */
export function ListField({ label, hint, value, onChange }: ListFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const parts = (text: string): string[] => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return (
    <Field label={label} hint={hint}>
      <Input
        value={typed ?? value.join(', ')}
        onChange={(_event, data) => {
          setTyped(data.value);
          onChange(parts(data.value));
        }}
        onBlur={() => setTyped(null)}
      />
    </Field>
  );
}
