/**
 * Defects of the core that tests switch on, to prove that the suite would catch them (the engine's are beside it, in
 * src/engine/planted-bugs.ts). Each is one condition in the code. In production nobody passes any.
 */
export const coreBugs = [
  /** What happens on the shuttle's track cancels the timers of the robot's. */
  'shuttleKillsRobotDeadline',
  /** A timer counts whatever token it carries. */
  'staleTimer',
] as const;

export type CoreBug = (typeof coreBugs)[number];

export interface PlantedBugs {
  has(bug: CoreBug): boolean;
}
