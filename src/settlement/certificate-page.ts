import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Certificate } from '../../schema/wire/api/settlement.ts';
import type { Language } from '../api/language.ts';
import {
  basisText,
  beijingText,
  kindWords,
  quantityText,
  ruleText,
  valueWords,
  yuan,
  yuanOfMicro,
} from './bill-words.ts';
import { certificateWords } from './certificate-words.ts';
import type { UnsaidCertificate } from './certificates.ts';

// One page for a phone, without a script, and with nothing from elsewhere.

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.3rem;margin:0 0 .25rem}
h2{font-size:1rem;margin:1.5rem 0 .25rem}
.total{font-size:2rem;font-weight:600;margin:0}
table{width:100%;border-collapse:collapse}
th,td{padding:.4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884;font-weight:400}
th,small{opacity:.75}
th{padding-right:.75rem}
small{display:block}
td+td,.sum{text-align:right;padding-left:.75rem}
.sum{white-space:nowrap}
`;

/** The one style, by its hash; no script, no picture, no frame. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

type Html = ReturnType<typeof html>;

const frame = (language: Language, title: string, body: Html) => html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>${title}</title><style>${raw(style)}</style></head>
<body>${body}</body>
</html>
`;

const row = (name: string, ...values: string[]) =>
  html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`;

const kWh = (wh: number): string => `${wh / 1000} kWh`;

export function certificatePage(shown: UnsaidCertificate, language: Language): Html {
  const say = certificateWords[language];
  return frame(
    language,
    say.title,
    html`<h1>${say.title}</h1>
<p class="total">${yuan(shown.totalFen)} ${say.yuan}</p>
<table>
${row(say.station, shown.stationName)}
${row(say.released, beijingText(Date.parse(shown.releasedAt)))}
${row(say.vehicle, shown.vehicle)}
${row(say.odometer, `${shown.odometerKm} km`)}
${row(say.billed, `${kWh(shown.energyWh)} ± ${kWh(shown.energyErrorWh)} (${valueWords[language][shown.energyBasis]})`)}
${row(say.swap, shown.swap)}
</table>
<h2>${say.bill}</h2>
<table>
${shown.lines.map(
  (line) => html`<tr><td>${kindWords[language][line.kind]}<small>${ruleText(line, language)}</small>
<small>${quantityText(line, language)} × ${yuanOfMicro(line.unitPriceMicro)} ${say.yuan}</small><small>${basisText(line, language)}</small></td>
<td class="sum">${yuan(line.amountFen)}</td></tr>`,
)}
<tr><td>${say.total}</td><td class="sum">${yuan(shown.totalFen)}</td></tr>
</table>
<h2>${say.packs}</h2>
${packsTable(shown, language)}`,
  );
}

function packsTable({ packIn, packOut, packInSoh, meter }: UnsaidCertificate, language: Language): Html {
  const say = certificateWords[language];
  const pct = (value: number | null) => (value === null ? say.unknown : `${value} %`);
  const held = ({ energyWh }: Certificate['packIn']) => (energyWh === null ? say.unknown : kWh(energyWh));
  return html`<table>
<tr><th></th><td>${say.given}</td><td>${say.returned}</td></tr>
${row(say.code, packIn.code, packOut.code)}
${row(say.charge, pct(packIn.socPct), pct(packOut.socPct))}
${row(say.health, pct(packIn.sohPct), pct(packOut.sohPct))}
${row(say.energy, held(packIn), held(packOut))}
${packInSoh === null ? '' : row(say.chosenBy, `${pct(packInSoh.pct)} (${valueWords[language][packInSoh.source]})`, '')}
${meter === null ? '' : row(say.meter, `${meter.startWh / 1000} – ${meter.endWh / 1000}`, '')}
</table>`;
}

/** For a wrong link as for an old one. */
export function noCertificatePage(language: Language): Html {
  const say = certificateWords[language];
  return frame(language, say.title, html`<h1>${say.gone}</h1><p>${say.goneHow}</p>`);
}
