import { beijingDay } from '../../machines/settlement/calendar.ts';

export const beijingToday = (now: number = Date.now()): string => beijingDay(now);
