import { Button } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import type { SearchView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { useCodeText } from '../../components/code-text.ts';
import { useUnlock } from '../../components/unlock.tsx';
import { useText } from '../../use-text.ts';

/** As many as one run lists. */
const mostListed = 1000;

/** What was left out of a search: the answer must not look whole when it is not. */
export function Unsearched({ repository, found }: { readonly repository: string; readonly found: SearchView }) {
  const say = useText();
  const codeText = useCodeText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const points = found.unlisted.filter(({ code }) => code === 'recovery/not-catalogued').map(({ point }) => point);
  const list = useAct(
    async () => {
      if (!(await unlock(repository))) return null;
      return api.files.catalog.mutate({ repository, points: points.slice(0, mostListed) });
    },
    { onDone: (started) => started !== null && go(`/runs/${started.run}`) },
  );
  const { unlisted, unlistedVolumes } = found;
  if (unlisted.length === 0 && unlistedVolumes.length === 0) return null;
  return (
    <div className="failure warning" role="status">
      <Warning20Filled className="warn" aria-hidden />
      <div className="grow">
        {unlisted.length > 0 && (
          <div>
            {say('search.unlisted', { count: unlisted.length })}{' '}
            {[...new Set(unlisted.map(({ code }) => code))].map(codeText).join(' ')}
          </div>
        )}
        {unlistedVolumes.length > 0 && (
          <div>
            {say('search.volumes', {
              count: unlistedVolumes.length,
              names: unlistedVolumes
                .slice(0, 5)
                .map(({ vm, path, kind }) => `${vm}${path} (${kind})`)
                .join(', '),
            })}
          </div>
        )}
      </div>
      {points.length > 0 && (
        <Button disabled={list.isPending} onClick={() => list.mutate(undefined)}>
          {say('search.list-now')}
        </Button>
      )}
    </div>
  );
}
