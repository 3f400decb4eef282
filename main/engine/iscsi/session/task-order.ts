/** The order of the tasks of one session (SAM-5, 8.6): simple ones run side by side, ordered ones after all before and before all after. */
export type TaskOrder = (attribute: number, done: Promise<void>, run: () => void) => void;

const ordered = 2;
const headOfQueue = 3;

export function taskOrder(): TaskOrder {
  const running = new Set<Promise<void>>();
  let gate: Promise<void> | undefined;
  const track = (done: Promise<void>): void => {
    running.add(done);
    void done.then(() => void running.delete(done));
  };
  return (attribute, done, run) => {
    if (attribute === headOfQueue || (gate === undefined && (attribute !== ordered || running.size === 0))) {
      track(done);
      if (attribute === ordered) close(done);
      return run();
    }
    const before = [...(attribute === ordered ? running : []), ...(gate === undefined ? [] : [gate])];
    track(done);
    if (attribute === ordered) close(done);
    void Promise.all(before).then(run);
    return undefined;
  };
  function close(done: Promise<void>): void {
    gate = done;
    void done.then(() => {
      if (gate === done) gate = undefined;
    });
  }
}
