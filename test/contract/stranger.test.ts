import { describe } from 'vitest';
import { describeStation } from './station-suite.ts';
import { pythonIsHere, startStranger } from './station-under-test.ts';

const name = 'a station written from the contract alone';

if (pythonIsHere) describeStation(name, startStranger);
else {
  console.warn(`NOT RUN: ${name}, because there is no python3 3.9 or later here`);
  describe.todo(name);
}
