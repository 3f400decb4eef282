import { common } from './common.ts';
import { guides } from './guides.ts';
import { jobs } from './jobs.ts';
import { places } from './places.ts';
import { settings } from './settings.ts';
import { runs } from './runs.ts';

export const texts = { ...common, ...runs, ...places, ...guides, ...jobs, ...settings } as const;
