/** `npm run kill:publish [-- ROUNDS [SEED]]`: a publisher killed while it is written to, 100 times unless told. */
import { test } from 'node:test';
import { killPublisher } from '../fixtures/killed-publisher.ts';

const [rounds = 100, seed = 1] = process.argv.slice(2).map(Number);

test(`a publisher is killed ${rounds} times while it is written to`, (context) => killPublisher(context, rounds, seed));
