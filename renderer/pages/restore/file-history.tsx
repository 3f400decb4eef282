import { Button } from '@fluentui/react-components';
import { History20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Loading } from '../../components/states.tsx';
import { fileAddress, nameOf } from '../../format/addresses.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';
import { Versions } from './versions.tsx';

/** The versions of the file that is looked at, once somebody asks: it reads the lists of all restore points of the VM. */
export function FileHistory({ place, path }: { readonly place: PointPlace; readonly path: string }) {
  const say = useText();
  const [asked, setAsked] = useState(false);
  const history = useQuery({ ...queries.history(place.repository, place.point, path), enabled: asked });
  if (!asked)
    return (
      <div>
        <Button icon={<History20Regular />} onClick={() => setAsked(true)}>
          {say('history.show')}
        </Button>
      </div>
    );
  if (history.isError) return <Failure error={history.error} retry={() => void history.refetch()} />;
  if (history.data === undefined) return <Loading rows={3} />;
  const { versions, absent, unlisted } = history.data;
  return (
    <>
      <Versions
        name={nameOf(path)}
        versions={versions}
        current={place.point}
        addressOf={(point) => fileAddress({ ...place, point }, path)}
      />
      {absent.length > 0 && <div className="small muted">{say('history.absent', { count: absent.length })}</div>}
      {unlisted.length > 0 && <div className="small muted">{say('search.unlisted', { count: unlisted.length })}</div>}
    </>
  );
}
