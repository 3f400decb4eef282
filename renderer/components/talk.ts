/** Recorded steps as people read them: what one side says about one step, told once, with everybody who took part. */
import type { RecordedStep, StepName, StepSide, StepState } from '#contract';

export interface Actor {
  readonly name: string;
  readonly state: StepState;
  readonly hresult?: number;
}

export interface Said {
  readonly key: string;
  readonly step: StepName;
  readonly side: StepSide;
  readonly state: StepState;
  readonly at: number;
  readonly endedAt: number;
  readonly actors: readonly Actor[];
  readonly details: readonly string[];
}

const worse: readonly StepState[] = ['skipped', 'started', 'done', 'warning', 'failed'];

/** Steps in a row of the same kind and side become one. */
export function groupTalk(steps: readonly RecordedStep[]): readonly Said[] {
  const talk: Said[] = [];
  for (const step of steps) {
    const last = talk.at(-1);
    if (last !== undefined && last.step === step.step && last.side === step.side) talk[talk.length - 1] = joined(last, step);
    else talk.push(joined(opened(step), step));
  }
  return talk;
}

function opened(step: RecordedStep): Said {
  const { step: name, side, at, ordinal } = step;
  return { key: String(ordinal), step: name, side, state: step.state, at, endedAt: at, actors: [], details: [] };
}

function joined(said: Said, step: RecordedStep): Said {
  const actor: Actor | null =
    step.actor === undefined
      ? null
      : { name: step.actor, state: step.state, ...(step.hresult === undefined ? {} : { hresult: step.hresult }) };
  const others = said.actors.filter((one) => one.name !== actor?.name);
  const detail = step.detail ?? '';
  return {
    ...said,
    state: worse.indexOf(step.state) >= worse.indexOf(said.state) ? step.state : said.state,
    endedAt: step.at,
    actors: actor === null ? said.actors : [...others, actor],
    details: detail === '' || said.details.includes(detail) ? said.details : [...said.details, detail],
  };
}
