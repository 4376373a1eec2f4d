/**
 * Defects that tests switch on, to prove that the suite would catch them. Each is one condition in the code; nothing is switched on in
 * production, where the set is absent (src/platform/planted-bugs.ts refuses to read one).
 */
export const plantedBugs = [
  /** A commit acknowledgement names what was received, not what was committed. */
  'acknowledge-before-commit',
  /** A command that is sent again gets an id computed anew, from the version of now. */
  'recomputed-command-id',
  /** A service goes on under its old epoch although the station has obeyed a higher one. */
  'epoch-not-checked',
  /** A timer that XState cancelled stays armed. */
  'timer-not-cancelled',
  /** The mark is asked only within a boot: records of an earlier boot that come again count as new. */
  'duplicate-accepted-after-boot',
  /** The mark moves in a commit of its own, after the effect. */
  'mark-not-moved-with-effect',
  /** A lost connection is taken for a failed commit: its inputs are stepped once more. */
  'in-doubt-assumed-failed',
  /** The outbox gives a command a new id each time it is sent. */
  'outbox-resent-under-new-id',
  /** What happens on the shuttle's track cancels the timers of the robot's. */
  'shuttle-event-kills-robot-deadline',
  /** A timer counts whatever token it carries. */
  'stale-timer-accepted',
] as const;

export type PlantedBug = (typeof plantedBugs)[number];
export type PlantedBugs = ReadonlySet<PlantedBug>;
