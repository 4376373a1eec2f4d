import { startSimulated } from './simulated-station.ts';
import { describeStation } from './station-suite.ts';

describeStation('the simulated station', startSimulated);
