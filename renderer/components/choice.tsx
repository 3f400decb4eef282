import { Dropdown, Field, Option } from '@fluentui/react-components';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly values: readonly Value[];
  textOf(value: Value): string;
  onChange(value: Value): void;
}

export function Choice<Value extends string>({ label, value, values, textOf, onChange }: ChoiceProps<Value>) {
  return (
    <Field label={label}>
      <Dropdown
        value={textOf(value)}
        selectedOptions={[value]}
        onOptionSelect={(_event, { optionValue }) => onChange((optionValue ?? value) as Value)}
      >
        {values.map((one) => (
          <Option key={one} value={one}>
            {textOf(one)}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
