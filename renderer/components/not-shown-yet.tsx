import { Button } from '@fluentui/react-components';
import { useText } from '../use-text.ts';
import { Failure, Loading } from './states.tsx';

/** What stands where the content of a repository will: why it could not be had, that it is read, or that it must be unlocked first. */
export function NotShownYet({
  query,
  unlocked,
}: {
  readonly query: { readonly isError: boolean; readonly error: unknown; refetch(): unknown };
  readonly unlocked: { readonly ready: boolean; ask(): void };
}) {
  const say = useText();
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (unlocked.ready) return <Loading rows={8} />;
  return (
    <div className="row">
      <span className="grow">{say('unlock.needed')}</span>
      <Button appearance="primary" onClick={unlocked.ask}>
        {say('unlock.do')}
      </Button>
    </div>
  );
}
