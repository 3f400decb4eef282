import { DocumentSearch24Regular, Search48Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { FoundFileView, SearchView } from '#contract';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { useUnlocked } from '../components/unlock.tsx';
import { fileAddress, folderAddress } from '../format/addresses.ts';
import { timeText } from '../format/format.ts';
import { queries, type SearchOf } from '../queries.ts';
import { useText } from '../use-text.ts';
import { FilesForm, type Pick } from './restore/files-form.tsx';
import { Versions } from './restore/versions.tsx';
import { FoundTable, keyOfFound } from './search/found-table.tsx';
import { addressOfSearch, searchOf } from './search/search-address.ts';
import { SearchForm } from './search/search-form.tsx';
import { Unsearched } from './search/unsearched.tsx';

/** Files by name, over all VMs and restore points. What is looked for stands in the address, so that one comes back to it. */
export function Search() {
  const say = useText();
  const [, go] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const repositories = useQuery(queries.repositories);
  const wanted = searchOf(asked, repositories.data?.[0]?.id ?? null);
  return (
    <Page title={say('search.title')} lead={say('search.lead')}>
      {repositories.data === undefined ? (
        repositories.isError ? (
          <Failure error={repositories.error} retry={() => void repositories.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <>
          <Card>
            <SearchForm
              key={asked.toString()}
              repositories={repositories.data}
              asked={wanted}
              onSearch={(next) => go(addressOfSearch(next))}
            />
          </Card>
          {wanted === null || wanted.pattern === '' ? (
            <Card className="grow column">
              <Empty icon={<Search48Regular aria-hidden />} title={say('search.begin')}>
                {say('search.begin.lead')}
              </Empty>
            </Card>
          ) : (
            <Results key={asked.toString()} wanted={wanted} />
          )}
        </>
      )}
    </Page>
  );
}

function Results({ wanted }: { readonly wanted: SearchOf }) {
  const unlocked = useUnlocked(wanted.repository);
  const found = useQuery({ ...queries.search(wanted), enabled: unlocked.ready });
  if (found.data !== undefined) return <Found repository={wanted.repository} found={found.data} />;
  return (
    <Card className="grow column">
      <NotShownYet query={found} unlocked={unlocked} />
    </Card>
  );
}

function Found({ repository, found }: { readonly repository: string; readonly found: SearchView }) {
  const say = useText();
  const [, go] = useLocation();
  const [picked, setPicked] = useState<ReadonlyMap<string, Pick>>(new Map());
  const [shown, setShown] = useState<FoundFileView | null>(null);
  const { files, points } = found;
  if (files.length === 0)
    return (
      <Card className="grow column">
        <Unsearched repository={repository} found={found} />
        <Empty icon={<DocumentSearch24Regular aria-hidden />} title={say('search.nothing')}>
          {say('search.nothing.lead', { count: points })}
        </Empty>
      </Card>
    );
  const pick = (file: FoundFileView, point: string): void =>
    setPicked(new Map(picked).set(keyOfFound(file), pickOf(file, point)));
  const drop = (key: string): void => setPicked(new Map([...picked].filter(([one]) => one !== key)));
  const addressIn = (file: FoundFileView) => (point: string) =>
    (file.type === 'folder' ? folderAddress : fileAddress)({ repository, point }, file.path);
  return (
    <div className="split fill" style={{ gridTemplateColumns: 'minmax(0, 1.8fr) minmax(270px, 1fr)' }}>
      <Card className="column">
        <div className="small muted" role="status">
          {say('search.sum', { count: files.length, points })} {found.more && say('search.more')}
        </div>
        <Unsearched repository={repository} found={found} />
        <FoundTable
          files={files}
          picked={picked}
          onFocus={setShown}
          onToggle={(file) => (picked.has(keyOfFound(file)) ? drop(keyOfFound(file)) : pick(file, newestPoint(file)))}
          onOpen={(file) => go(addressIn(file)(newestPoint(file)))}
        />
      </Card>
      <div className="column" style={{ gap: 16 }}>
        <Card title={say('files.picked', { count: picked.size })} className="column">
          <FilesForm
            repository={repository}
            picked={[...picked.values()]}
            hint={say('search.picked.hint')}
            onDrop={(one) => drop([...picked].find(([, kept]) => kept === one)?.[0] ?? '')}
          />
        </Card>
        {shown !== null && (
          <Card title={shown.name} className="column">
            <div className="small">
              <span className="strong">{shown.vm}</span> <span className="mono muted">{shown.path}</span>
            </div>
            <Versions
              name={shown.name}
              versions={shown.versions}
              current={picked.get(keyOfFound(shown))?.point ?? null}
              onPick={(point) => pick(shown, point)}
              addressOf={addressIn(shown)}
            />
          </Card>
        )}
      </div>
    </div>
  );
}

function newestPoint(file: FoundFileView): string {
  return file.versions[0]!.points.at(-1)!.id;
}

function pickOf(file: FoundFileView, point: string): Pick {
  const time = file.versions.flatMap(({ points }) => points).find(({ id }) => id === point)?.time;
  return { point, path: file.path, note: time === undefined ? file.vm : `${file.vm}, ${timeText(time)}` };
}
