/** What is loaded or started while a key is derived, which takes long and leaves this thread idle. */
export interface Beside<Loaded> {
  /** Loads it, or waits until it is loaded; has its failure. */
  get(): Promise<Loaded>;
  /** Begins to load it. */
  meanwhile(): void;
}

export function loadedBeside<Loaded>(load: () => Promise<Loaded>): Beside<Loaded> {
  let loading: Promise<Loaded> | undefined;
  const get = (): Promise<Loaded> => (loading ??= load());
  return { get, meanwhile: () => void get().catch(() => undefined) };
}

/** The same for threads, which are ended after the act if they were started. What a run is recorded with is loaded as well. */
export async function withThreads<Threads, Result>(
  threads: { readonly start: () => Promise<Threads>; readonly end: (threads: Threads) => Promise<void> },
  act: (beside: Beside<Threads>) => Promise<Result>,
): Promise<Result> {
  let started: Promise<Threads> | undefined;
  try {
    return await act(
      loadedBeside(() => {
        started = threads.start();
        void started.then(() => import('#service/command')).catch(() => undefined);
        return started;
      }),
    );
  } finally {
    if (started !== undefined) await threads.end(await started);
  }
}
