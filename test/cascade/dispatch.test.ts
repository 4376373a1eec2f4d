// One world for all of it.
import './dispatch/plans.ts';
import './dispatch/signals.ts';
import './dispatch/readings.ts';
import './dispatch/load.ts';
