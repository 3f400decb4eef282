import { Checkmark16Filled } from '@fluentui/react-icons';

export function Stepper({
  label,
  steps,
  current,
}: {
  readonly label: string;
  readonly steps: readonly string[];
  readonly current: number;
}) {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, index) => (
        <li key={step} aria-current={index === current ? 'step' : undefined} data-done={index < current ? '' : undefined}>
          <span aria-hidden>{index < current ? <Checkmark16Filled /> : index + 1}</span>
          {step}
        </li>
      ))}
    </ol>
  );
}
