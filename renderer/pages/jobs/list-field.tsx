import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';

interface ListFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: readonly string[];
  onChange(value: string[]): void;
  /** What is wrong with an entry: it is said below the field, and what was typed stays to be mended. Null: nothing. */
  doubtOf?(part: string): string | null;
}

function partsOf(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** Several things with commas between. What is typed stays as typed until the field is left. */
export function ListField({ label, hint, value, onChange, doubtOf = () => null }: ListFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value.join(', ');
  const doubts = partsOf(text).flatMap((part) => doubtOf(part) ?? []);
  return (
    <Field
      label={label}
      hint={hint}
      validationState={doubts.length > 0 ? 'warning' : 'none'}
      validationMessage={doubts.length > 0 ? doubts.join(' ') : undefined}
    >
      <Input
        value={text}
        onChange={(_event, data) => {
          setTyped(data.value);
          onChange(partsOf(data.value));
        }}
        onBlur={() => doubts.length === 0 && setTyped(null)}
      />
    </Field>
  );
}
