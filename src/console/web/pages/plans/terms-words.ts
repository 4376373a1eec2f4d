import { type PlanTerms, planUnits } from '../../../../../schema/wire/settlement/plan-terms.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { plansTexts } from './texts.ts';

/** Terms of a plan, line by line, as a person says them; what a plan does not have is not said. */
export function useTermsWords(): (terms: PlanTerms) => string[] {
  const say = useTexts(plansTexts);
  const formats = useFormats();
  const { price } = formats;
  const usage = (terms: PlanTerms) => [
    ...(terms.monthlyFeeFen > 0 ? [say('words.monthly', { sum: formats.money(terms.monthlyFeeFen) })] : []),
    ...(terms.perSwapMicro > 0 ? [say('words.per.swap', { sum: price(terms.perSwapMicro) })] : []),
    ...(terms.perKmMicro > 0 ? [say('words.per.km', { sum: price(terms.perKmMicro) })] : []),
    ...(terms.perKwhMicro > 0 ? [say('words.per.kWh', { sum: price(terms.perKwhMicro) })] : []),
    ...planUnits.flatMap((unit) =>
      terms.included[unit] > 0
        ? [say('words.included', { n: formats.whole(terms.included[unit]), unit: say(`unit.${unit}`) })]
        : [],
    ),
    ...terms.packages.map(({ unit, above, discountPct }) =>
      say('words.package', { above: formats.whole(above), unit: say(`unit.${unit}`), pct: discountPct }),
    ),
  ];
  const rest = (terms: PlanTerms) => [
    say('words.service', { sum: price(terms.serviceFee.microPerKwh) }),
    ...terms.serviceFee.periods.map(({ months, from, to, microPerKwh }) =>
      say(months ? 'words.serviceIn' : 'words.serviceAt', {
        months: months?.join(', ') ?? '',
        from,
        to,
        sum: price(microPerKwh),
      }),
    ),
    ...(terms.parking
      ? [say('words.parking', { min: terms.parking.freeMin, sum: price(terms.parking.microPerMin) })]
      : []),
    ...(terms.sohFloorPct === null
      ? []
      : [
          say(terms.onSohFloor === 'refuse' ? 'words.floorRefuse' : 'words.floorCredit', {
            pct: formats.pct(terms.sohFloorPct),
            sum: formats.money(terms.sohCreditFen),
          }),
        ]),
    ...(terms.depositFen > 0 ? [say('words.deposit', { sum: formats.money(terms.depositFen) })] : []),
    ...(terms.minimumTermMonths > 0 ? [say('words.term', { n: terms.minimumTermMonths })] : []),
    ...(terms.models.length > 0 ? [say('words.models', { models: terms.models.join(', ') })] : []),
    ...(terms.energyTrueUp ? [say('words.trueUp')] : []),
    say('words.due', { due: terms.dueDays, grace: terms.graceDays }),
  ];
  return (terms) => [...usage(terms), ...rest(terms)];
}
