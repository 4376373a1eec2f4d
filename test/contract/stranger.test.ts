import { describeStation } from './station-suite.ts';
import { pythonIsHere, startStranger } from './station-under-test.ts';

describeStation('a station written from the contract alone', startStranger, pythonIsHere);
