import { Field, SpinButton } from '@fluentui/react-components';

interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  onChange(value: number): void;
}

export function NumberField({ label, hint, value, least, most, onChange }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint}>
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
