import { type GradingTest, gradingTest } from '../../../../../schema/wire/cascade/grading.ts';

export interface Draft {
  operator: string;
  /** As the field has it: by the clock of the desk. */
  at: string;
  findings: string[];
  isFit: boolean;
  note: string;
  insulationDevice: string;
  kOhm: number | null;
  systemV: number | null;
  method: string;
  device: string;
  temperatureC: number | null;
  chargeA: number | null;
  dischargeA: number | null;
  ratedAh: number | null;
  dischargedAh: string;
  cellSpreadMv: number | null;
  /** Why nobody can measure it any more; null: it is measured. */
  untestable: string | null;
}

type FieldsOf<T> = { [K in keyof Draft]: Draft[K] extends T ? K : never }[keyof Draft];
export type TextField = FieldsOf<string>;
export type NumberField = 'kOhm' | 'systemV' | 'temperatureC' | 'chargeA' | 'dischargeA' | 'ratedAh' | 'cellSpreadMv';

const twoDigits = (n: number) => String(n).padStart(2, '0');

export function emptyDraft(now: number): Draft {
  const date = new Date(now);
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return {
    operator: '',
    at: `${day}T${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`,
    findings: [],
    isFit: true,
    note: '',
    insulationDevice: '',
    kOhm: null,
    systemV: null,
    method: 'GB/T 34015-2017',
    device: '',
    temperatureC: 25,
    chargeA: null,
    dischargeA: null,
    ratedAh: null,
    dischargedAh: '',
    cellSpreadMv: null,
    untestable: null,
  };
}

/** What is posted; null while something is missing or cannot be. */
export function testOf(draft: Draft): GradingTest | null {
  const date = new Date(draft.at);
  if (Number.isNaN(date.getTime())) return null;
  const by = { at: date.toISOString(), operator: draft.operator.trim() };
  const parsed = gradingTest.safeParse({
    visual: {
      ...by,
      findings: draft.findings,
      isFit: draft.isFit,
      ...(draft.note.trim() === '' ? {} : { note: draft.note.trim() }),
    },
    ...(draft.untestable === null ? measuresOf(draft, by) : { untestable: draft.untestable.trim() }),
  });
  return parsed.success ? parsed.data : null;
}

const measuresOf = (draft: Draft, by: { at: string; operator: string }) => ({
  insulation: {
    ...by,
    device: draft.insulationDevice.trim(),
    kOhm: draft.kOhm ?? undefined,
    ...(draft.systemV === null ? {} : { systemV: draft.systemV }),
  },
  residualEnergy: {
    ...by,
    method: draft.method.trim(),
    device: draft.device.trim(),
    temperatureC: draft.temperatureC,
    chargeA: draft.chargeA,
    dischargeA: draft.dischargeA,
    ratedAh: draft.ratedAh,
    dischargedAh: draft.dischargedAh
      .split(/[\s,;]+/)
      .filter((each) => each !== '')
      .map(Number),
  },
  measured: draft.cellSpreadMv === null ? {} : { cellSpreadMv: draft.cellSpreadMv },
});
