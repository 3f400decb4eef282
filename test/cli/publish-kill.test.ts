import { test } from 'node:test';
import { killPublisher } from '../fixtures/killed-publisher.ts';

test('a publisher that is killed five times while it is written to has everything that it called flushed; the restore point is as it was', (context) =>
  killPublisher(context, 5, 1));
