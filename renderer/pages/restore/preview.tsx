import { useQuery } from '@tanstack/react-query';
import { Failure, Loading } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';

export function Preview({ place, path }: { readonly place: PointPlace; readonly path: string }) {
  const say = useText();
  const preview = useQuery(queries.preview(place.repository, place.point, path));
  if (preview.isError) return <Failure error={preview.error} />;
  if (preview.data === undefined) return <Loading rows={3} />;
  const shown = preview.data;
  if (shown.kind === 'none') return <div className="muted">{say(`preview.${shown.reason}`)}</div>;
  if (shown.kind === 'image')
    return <img className="preview" src={`data:${shown.mime};base64,${shown.base64}`} alt={path.split('/').at(-1) ?? ''} />;
  return (
    <>
      <pre className="preview" tabIndex={0} aria-label={say('preview.text')}>
        {shown.text}
      </pre>
      {shown.truncated && <div className="small muted">{say('preview.truncated')}</div>}
    </>
  );
}
