import { useQuery } from '@tanstack/react-query';
import { Failure, Loading } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { ObjectCard } from '../objects/object-card.tsx';
import type { PointPlace } from '../restore-point.tsx';

export function Preview({ place, path }: { readonly place: PointPlace; readonly path: string }) {
  const say = useText();
  const preview = useQuery(queries.preview(place.repository, place.point, path));
  if (preview.isError) return <Failure error={preview.error} />;
  if (preview.data === undefined) return <Loading rows={3} />;
  const shown = preview.data;
  if (shown.kind === 'empty') return <div className="muted">{say('preview.empty')}</div>;
  if (shown.kind === 'image') {
    if (shown.base64 === null) return <div className="muted">{say('preview.too-large')}</div>;
    return <img className="preview" src={`data:${shown.mime};base64,${shown.base64}`} alt={path.split('/').at(-1) ?? ''} />;
  }
  return (
    <>
      {shown.kind === 'binary' && <ObjectCard place={place} path={path} />}
      {shown.kind === 'binary' && <div className="muted">{say('preview.binary')}</div>}
      <pre
        className={shown.kind === 'binary' ? 'preview bytes' : 'preview'}
        tabIndex={0}
        aria-label={say(shown.kind === 'binary' ? 'preview.bytes' : 'preview.text')}
      >
        {shown.kind === 'binary' ? shown.hex.join('\n') : shown.text}
      </pre>
      {shown.kind === 'text' && shown.truncated && <div className="small muted">{say('preview.truncated')}</div>}
    </>
  );
}
