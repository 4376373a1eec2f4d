import { actors, type Line, managers, plain, secondLifeViewers, seers } from '../access-lines.ts';

/** Packs after their life in cars. */
export const secondLife: Record<string, Line> = {
  'GET /api/v1/grading-policies': plain(secondLifeViewers),
  'GET /api/v1/grading-policies/{version}': plain(secondLifeViewers),
  'POST /api/v1/grading-policies': plain(managers),
  // Whose gradings an owner sees: test/cascade/grading.test.ts.
  'GET /api/v1/gradings': plain(secondLifeViewers),
  'GET /api/v1/gradings/{id}': plain(secondLifeViewers),
  'POST /api/v1/gradings': plain(actors),
  // Whose assets an owner sees, and which key reports faults: test/cascade/assets.test.ts.
  'GET /api/v1/second-life-sites': plain(secondLifeViewers),
  'POST /api/v1/second-life-sites': plain(managers),
  'GET /api/v1/second-life-sites/{id}': plain(secondLifeViewers),
  'PATCH /api/v1/second-life-sites/{id}': plain(managers),
  'GET /api/v1/second-life-assets': plain(secondLifeViewers),
  'GET /api/v1/second-life-assets/pipeline': plain(secondLifeViewers),
  'POST /api/v1/second-life-assets': plain(managers),
  'GET /api/v1/second-life-assets/{code}': plain(secondLifeViewers),
  'PATCH /api/v1/second-life-assets/{code}': plain(managers),
  'GET /api/v1/second-life-assets/{code}/events': plain(secondLifeViewers),
  'POST /api/v1/second-life-assets/{code}/acts': plain(actors),
  'POST /api/v1/second-life-assets/{code}/faults': plain([...actors, 'service']),
  'GET /api/v1/second-life-sites/{id}/signals': plain(seers),
  'POST /api/v1/second-life-sites/{id}/signals': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/plans': plain(seers),
  'POST /api/v1/second-life-sites/{id}/plans': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/plans/{plan}': plain(seers),
  'GET /api/v1/second-life-sites/{id}/readings': plain(seers),
  // Which key of role service: test/cascade/dispatch.test.ts.
  'POST /api/v1/second-life-sites/{id}/readings': plain([...managers, 'service']),
  'GET /api/v1/second-life-sites/{id}/alarms': plain(seers),
  'GET /api/v1/second-life-sites/{id}/tariffs': plain(secondLifeViewers),
  'GET /api/v1/second-life-sites/{id}/people': plain(seers),
  'GET /api/v1/second-life-alarms': plain(seers),
  'POST /api/v1/second-life-alarms/{id}/acknowledge': plain(actors),
  'POST /api/v1/second-life-alarms/{id}/assign': plain(actors),
  'GET /api/v1/second-life-sites/{id}/load': plain(seers),
  'GET /api/v1/recyclings': plain(secondLifeViewers),
  'POST /api/v1/recyclings': plain(managers),
  'GET /api/v1/recyclings/{pack}': plain(secondLifeViewers),
};
