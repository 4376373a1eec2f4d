import { createHeap } from '../heap.ts';

/**
 * Two times of one station. Wall time is given from outside; equipment time runs `timeScale` times as fast and never jumps.
 * Work is scheduled on either; `advanceTo` runs what is due in order of wall time. No system clock and no timers in here.
 */
export interface Clock {
  wallMs(): number;
  /** Wall time the station has been advanced to. Work that was due earlier runs at its own time; what it sends leaves now. */
  presentMs(): number;
  /** Equipment milliseconds since the world began. */
  equipMs(): number;
  timeScale(): number;
  setTimeScale(scale: number): void;
  /** Runs once after so many equipment milliseconds, unless cancelled. */
  afterEquip(ms: number, run: () => void): Cancel;
  afterWall(ms: number, run: () => void): Cancel;
  advanceTo(wallMs: number): void;
  /** Wall time of the next scheduled work; Infinity when there is none. */
  nextEventMs(): number;
}

export type Cancel = () => void;

interface Task {
  run: (() => void) | null;
}

export function createClock(startWallMs: number, startEquipMs: number, startScale: number): Clock {
  const onEquip = createHeap<Task>();
  const onWall = createHeap<Task>();
  let wall = startWallMs;
  let present = startWallMs;
  let equip = startEquipMs;
  let scale = startScale;

  const wallAt = (equipMs: number) => wall + Math.max(0, equipMs - equip) / scale;

  function schedule(heap: typeof onEquip, due: number, run: () => void): Cancel {
    const task: Task = { run };
    heap.push(due, task);
    return () => {
      task.run = null;
    };
  }

  function moveTo(nextWall: number, nextEquip: number): void {
    wall = Math.max(wall, nextWall);
    equip = Math.max(equip, nextEquip);
  }

  function runNext(limitWall: number): boolean {
    const equipDue = onEquip.peekDue();
    const equipWall = equipDue === Number.POSITIVE_INFINITY ? equipDue : wallAt(equipDue);
    const wallDue = onWall.peekDue();
    if (Math.min(equipWall, wallDue) > limitWall) return false;
    if (equipWall <= wallDue) {
      moveTo(equipWall, equipDue);
      onEquip.pop()?.item.run?.();
    } else {
      moveTo(wallDue, equip + Math.max(0, wallDue - wall) * scale);
      onWall.pop()?.item.run?.();
    }
    return true;
  }

  return {
    wallMs: () => wall,
    presentMs: () => present,
    equipMs: () => equip,
    timeScale: () => scale,
    setTimeScale: (next) => {
      scale = next;
    },
    afterEquip: (ms, run) => schedule(onEquip, equip + Math.max(0, ms), run),
    afterWall: (ms, run) => schedule(onWall, wall + Math.max(0, ms), run),
    advanceTo(target) {
      present = Math.max(present, target);
      while (runNext(target)) {}
      moveTo(target, equip + Math.max(0, target - wall) * scale);
    },
    nextEventMs: () => {
      const equipDue = onEquip.peekDue();
      return Math.min(equipDue === Number.POSITIVE_INFINITY ? equipDue : wallAt(equipDue), onWall.peekDue());
    },
  };
}
