/** The order of the tasks of one session (SAM-5, 8.6): simple ones run side by side, ordered ones after all before and before all after. */
export type TaskOrder = (attribute: number, ended: Promise<void>, run: () => void) => void;

const ordered = 2;
const headOfQueue = 3;

export function taskOrder(): TaskOrder {
  const running = new Set<Promise<void>>();
  let gate: Promise<void> | undefined;
  const track = (ended: Promise<void>): void => {
    running.add(ended);
    void ended.then(() => void running.delete(ended));
  };
  return (attribute, ended, run) => {
    if (attribute === headOfQueue || (gate === undefined && (attribute !== ordered || running.size === 0))) {
      track(ended);
      if (attribute === ordered) close(ended);
      return run();
    }
    const before = [...(attribute === ordered ? running : []), ...(gate === undefined ? [] : [gate])];
    track(ended);
    if (attribute === ordered) close(ended);
    void Promise.all(before).then(run);
    return undefined;
  };
  function close(ended: Promise<void>): void {
    gate = ended;
    void ended.then(() => {
      if (gate === ended) gate = undefined;
    });
  }
}
