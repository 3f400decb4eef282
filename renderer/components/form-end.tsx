import { Button } from '@fluentui/react-components';
import { useText } from '../use-text.ts';
import { Failure } from './states.tsx';

interface FormEndProps {
  readonly deed: string;
  readonly needs: readonly (readonly [isGiven: boolean, what: string])[];
  readonly act: { readonly error: Error | null; readonly isPending: boolean; mutate(input: undefined): void };
  onCancel(): void;
}

/** How a form on a page of its own ends: what went wrong, what it does, and what it still needs for that. */
export function FormEnd({ deed, needs, act, onCancel }: FormEndProps) {
  const say = useText();
  const missing = needs.flatMap(([isGiven, what]) => (isGiven ? [] : [what]));
  return (
    <>
      {act.error !== null && <Failure error={act.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={missing.length > 0 || act.isPending} onClick={() => act.mutate(undefined)}>
          {deed}
        </Button>
        <Button onClick={onCancel}>{say('act.cancel')}</Button>
        <span className="small muted" role="status">
          {missing.length > 0 ? say('jobs.missing', { names: missing.join(', ') }) : ''}
        </span>
      </div>
    </>
  );
}
