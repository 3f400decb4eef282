import { api } from '../../api.ts';

const lookEveryMs = 400;
const looks = 150;

/** Waits for a publication that was just asked for: `/publications` once it serves, its run where it ended instead and says why. */
export async function untilServing(run: string): Promise<string> {
  for (let look = 0; look < looks; look += 1) {
    const [detail, all] = await Promise.all([api.runs.get.query({ run }), api.publications.list.query({})]);
    if (detail.run.state !== 'running') return `/runs/${run}`;
    if (all.some((one) => one.run === run && one.state === 'serving')) break;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return '/publications';
}
