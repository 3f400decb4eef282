import { common } from './common.ts';
import { drills } from './drills.ts';
import { evidence } from './evidence.ts';
import { guides } from './guides.ts';
import { jobs } from './jobs.ts';
import { objects } from './objects.ts';
import { places } from './places.ts';
import { reports } from './reports.ts';
import { running } from './running.ts';
import { rotation } from './rotation.ts';
import { runs } from './runs.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';

export const texts = {
  ...common,
  ...runs,
  ...places,
  ...guides,
  ...jobs,
  ...settings,
  ...search,
  ...evidence,
  ...running,
  ...drills,
  ...reports,
  ...objects,
  ...rotation,
} as const;
