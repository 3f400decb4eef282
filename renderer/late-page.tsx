/** Pages that are loaded when they are first wanted, so that the first one is painted sooner. */
import { lazy, useState, type ComponentType } from 'react';
import { Unreachable } from './components/states.tsx';

export type LatePage<Props> = ComponentType<Props> & {
  /** Loads it before anybody asks, so that it opens without waiting. */
  load(): Promise<unknown>;
};

export function latePage<Props extends object>(load: () => Promise<ComponentType<Props>>): LatePage<Props> {
  let loaded: ComponentType<Props> | undefined;
  const loadOnce = async (): Promise<ComponentType<Props>> => (loaded ??= await load());
  const Waiting = lazy(async () => ({ default: await loadOnce().catch(() => Unloaded) }));
  const Late = (props: Props) => {
    // One that is there already is shown at once: React would wait a turn for it, and show nothing meanwhile.
    const [Shown] = useState<ComponentType<Props>>(() => loaded ?? Waiting);
    return <Shown {...props} />;
  };
  return Object.assign(Late, { load: loadOnce });
}

function Unloaded() {
  return (
    <div className="page">
      <Unreachable retry={() => location.reload()} />
    </div>
  );
}
